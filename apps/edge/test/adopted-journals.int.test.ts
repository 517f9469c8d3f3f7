import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openJournal } from '@hikyaku/spool';
import { createLogger } from '@hikyaku/telemetry';
import { AdoptedJournals } from '../src/journals/adopted-journals.ts';
import { placeOf } from '../src/journals/journal-place.ts';
import { takeJournal } from '../src/journals/take-journal.ts';
import { acceptInto, emptyFolder, openHandoffParts } from './harness/handoff-parts.ts';
import { addDevice, eventually, makeWorld, messagesOf, type World } from './harness/world.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const keys = [Buffer.alloc(32, 1)];
let world: World;
let deviceId: string;

before(async () => {
  world = await makeWorld();
  deviceId = (await addDevice(world)).device.id;
});
after(() => world.database.close());

test('a folder that cannot be opened, nor its lock be read, keeps no other one from being handed off, nor a process from its start', async (t) => {
  const dataDir = await emptyFolder(world);
  const { journal: own, parts } = await openHandoffParts(dataDir, world);
  const [broken, locked, left] = [2, 3, 4].map((number) => placeOf(dataDir, number).journalDir);
  await mkdir(broken!);
  await writeFile(join(broken!, 'segments'), 'no folder');
  await mkdir(join(locked!, 'lock'), { recursive: true });
  const journal = await openJournal({ dir: left!, maxBytes: 1e9, logger, keys });
  const { messageId } = await acceptInto(journal, { world, deviceId });
  await journal.close();

  const adopted = new AdoptedJournals({ ...parts, dataDir, own: placeOf(dataDir, 1), keys });
  t.after(async () => {
    await adopted.stop(0);
    await own.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  adopted.start();
  const handedOff = async () => (await messagesOf(world.database.owner)).map(({ id }) => id);
  await eventually(async () => (await handedOff()).includes(messageId));
  await adopted.stop(5_000);

  const limits = { dataDir, isAlone: false, maxBytes: 1e9, keepFreeBytes: 0, keys, logger };
  const taken = await takeJournal(limits);
  assert.equal(taken.place.number, 4);
  await taken.journal.close();
});
