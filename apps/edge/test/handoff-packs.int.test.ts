import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { armFaultPoints } from '@hikyaku/core';
import { openDatabase } from '@hikyaku/db';
import { type Journal, type JournalMeta, openJournal, type SpoolStore } from '@hikyaku/spool';
import { createLogger } from '@hikyaku/telemetry';
import type { HandoffParts } from '../src/handoff/batch.ts';
import { Handoff } from '../src/handoff/handoff.ts';
import { OpenPacks } from '../src/handoff/open-packs.ts';
import { acceptInto, emptyFolder, endHandoff, openHandoffParts } from './harness/handoff-parts.ts';
import { addDevice, contentOf, eventually, makeWorld, messagesOf, type World } from './harness/world.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let world: World;
let deviceId: string;
let dir: string;
let journal: Journal;
let spool: SpoolStore;
let parts: HandoffParts;
let handoff: Handoff;

before(async () => {
  world = await makeWorld();
  deviceId = (await addDevice(world)).device.id;
});
after(() => world.database.close());

/** A journal, spool and hand-off of the test's own, not started. */
async function fresh(): Promise<void> {
  dir = await emptyFolder(world);
  ({ journal, spool, parts } = await openHandoffParts(dir, world));
  handoff = new Handoff(parts);
}

afterEach(() => endHandoff({ handoff, journal, dir }));

const accept = (changes?: Partial<JournalMeta>, content?: string): Promise<JournalMeta> =>
  acceptInto(journal, { world, deviceId }, changes, content);
const drained = () => eventually(async () => journal.stats().entries === 0);
const rows = () => messagesOf(world.database.owner);
const packs = async () => (await readdir(join(dir, 'spool'), { recursive: true })).filter((name) => /log$/.test(name));

/** More than one segment holds; each mail is another. */
async function acceptPictures(): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (let index = 0; index < 40; index++) {
    const content = `Subject: ${index}\r\n\r\n${String(index % 10).repeat(240_000)}`;
    contents.set((await accept({}, content)).messageId, content);
  }
  return contents;
}

test('the pictures of a batch lie in several segments of bounded size, and every row finds its own', async () => {
  await fresh();
  const contents = await acceptPictures();
  handoff.start();
  await drained();
  const found = await rows();
  assert.equal(found.length, contents.size);
  for (const row of found) assert.equal((await contentOf(world, dir, row)).toString(), contents.get(row.id));
  const ends = new Map<string, number>();
  for (const row of found)
    ends.set(row.spool_object, Math.max(ends.get(row.spool_object) ?? 0, row.spool_offset + row.spool_length));
  assert.ok(ends.size >= 2);
  // A segment ends with the group that fills it.
  for (const end of ends.values()) assert.ok(end < 13 * 1024 * 1024, `${end} bytes`);
});

test('a batch whose second segment cannot be spooled leaves none of its objects: what is tried again must not fill the disk', async () => {
  await fresh();
  await acceptPictures();
  const left: string[][] = [];
  let written = 0;
  const putRecords: SpoolStore['putRecords'] = async (...given) => {
    written += 1;
    // The second of each try, twice.
    if (written === 2 || written === 4) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    if (written === 3) left.push(await packs());
    return spool.putRecords(...given);
  };
  handoff = new Handoff({ ...parts, spool: { ...spool, putRecords } });
  handoff.start();
  await drained();
  assert.deepEqual(left, [[]]);
  const used = new Set((await rows()).map((row) => row.spool_object));
  await eventually(async () => isDeepStrictEqual(new Set(await packs()), used));
});

test('an object that an earlier try left is removed once its mails came through by another, and never before', async () => {
  await fresh();
  const metas = [await accept(), await accept(), await accept({}, 'x'.repeat(300_000))];
  // Nobody knows whether the rows are there: neither try may remove its pack.
  armFaultPoints('handoff.before-insert=fail@1-2');
  const notes = () => readdir(join(dir, 'packs'));
  handoff.start();
  await drained();
  assert.equal((await rows()).length, metas.length);
  const used = new Set((await rows()).map((row) => row.spool_object).filter((name) => name.endsWith('.log')));
  await eventually(async () => isDeepStrictEqual(new Set(await packs()), used));
  await eventually(async () => (await notes()).length === 0);
});

test('a process killed before its insert: the next one removes the object it left, and keeps one whose rows it finds', async () => {
  await fresh();
  const [lost, found] = [await accept(), await accept()];
  handoff.start();
  await drained();
  await handoff.stop(0);
  const { owner } = world.database;
  const before = (await rows()).find(({ id }) => id === found.messageId)!;
  // As if the process had ended between the spool and its answer: `lost` has no row, the note of a second pack is there.
  await owner.query('DELETE FROM messages WHERE id = $1', [lost.messageId]);
  await owner.query('DELETE FROM tombstones WHERE message_id = $1', [lost.messageId]);
  const { object } = await spool.putPack([Buffer.from('left')]);
  const earlier = new OpenPacks({ dir: join(dir, 'packs'), spool, database: world.database.system, logger });
  await earlier.begin({ object, messageIds: [lost.messageId] });
  await earlier.begin({ object: before.spool_object, messageIds: [found.messageId] });
  await earlier.clear();
  const objects = async () => {
    const all: string[] = [];
    for await (const item of spool.list()) all.push(item.object);
    return all;
  };
  assert.ok((await objects()).includes(object), 'a mail of it has no row yet: it may be all there is');
  parts = {
    ...parts,
    packs: new OpenPacks({ dir: join(dir, 'packs'), spool, database: world.database.system, logger }),
  };
  await accept(lost);
  handoff = new Handoff(parts);
  handoff.start();
  await drained();
  await eventually(async () => !(await objects()).includes(object));
  assert.ok((await objects()).includes(before.spool_object));
  await eventually(async () => (await readdir(join(dir, 'packs'))).length === 0);
});

test('a database that is closed around hand-off, as by a stop, costs no mail its place: the next process hands it off', async () => {
  await fresh();
  const meta = await accept();
  const url = world.database.url;
  const closed = openDatabase({ url, role: 'system', max: 1, applicationName: 'test' });
  await closed.query('SELECT 1');
  await closed.close();
  // Twenty times as fast.
  const clock = { ...parts.clock, sleep: (ms: number, signal?: AbortSignal) => parts.clock.sleep(ms / 20, signal) };
  handoff = new Handoff({ ...parts, database: closed, clock });
  handoff.start();
  // Five failures of one mail, with their rests of three seconds, would be over.
  await sleep(500);
  await handoff.stop(0);
  assert.deepEqual([journal.stats().entries, journal.stats().quarantined], [1, 0]);
  await journal.close();
  journal = await openJournal({ dir: join(dir, 'journal'), maxBytes: 1e9, logger, keys: [Buffer.alloc(32, 1)] });
  handoff = new Handoff({ ...parts, journal });
  handoff.start();
  await drained();
  assert.deepEqual(
    (await rows()).map(({ id }) => id),
    [meta.messageId],
  );
});

test('a mail of which only the answer failed, again and again, is moved aside with its content left to whom it was handed', async () => {
  await fresh();
  const meta = await accept({}, 'Subject: x\r\n\r\nstill here');
  armFaultPoints('handoff.after-insert=fail@1-99');
  handoff.start();
  await eventually(async () => journal.stats().quarantined === 1);
  const [row] = await rows();
  assert.equal(row!.id, meta.messageId);
  assert.equal((await contentOf(world, dir, row!)).toString(), 'Subject: x\r\n\r\nstill here');
});
