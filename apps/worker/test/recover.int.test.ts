import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { newId, newQueueId, RelayError } from '@hikyaku/core';
import { claimDueMessages, insertMessages, takeTurn } from '@hikyaku/db';
import { decryptContent, type JournalMeta, openJournal } from '@hikyaku/spool';
import {
  deriveJournalKey,
  edgeKeysOf,
  openContentOpener,
  openContentSealer,
  parseEdgeKeys,
  parseMasterKeys,
} from '@hikyaku/vault';
import { type RecoverTools, recoverSpool } from '../src/recover/recover-spool.ts';
import { logger, openScene, type Place, type Scene } from './scene.ts';

let journalKey: Buffer;
let scene: Scene;
let place: Place;
let journalDir: string;

before(async () => {
  scene = await openScene();
  place = await scene.makePlace();
  journalKey = deriveJournalKey(parseEdgeKeys(edgeKeysOf(parseMasterKeys([scene.keys.masterKey])))[0]!);
  journalDir = join(scene.spoolDir, '..', 'journal');
});
after(() => scene.close());

const toolsOf = (changes: Partial<RecoverTools> = {}): RecoverTools => ({
  database: scene.db.system,
  spool: scene.spool,
  contentOpener: openContentOpener(scene.keys.rows, [scene.keys.kekOf('content')]),
  journalKeys: [journalKey],
  takesUnproven: false,
  // As if everything were two minutes old.
  now: () => Date.now() + 120_000,
  logger,
  ...changes,
});
const NOTHING = { recovered: 0, known: 0, homeless: 0, unreadable: 0, unproven: 0 };
const contentOf = (index: number, size: number) => Buffer.alloc(size, `picture ${index} `);

/** Accepts and hands off as the edge does, but for the rows. */
async function spoolMails(
  sizes: number[],
  changes: Partial<JournalMeta> = {},
): Promise<{ metas: JournalMeta[]; object: string }> {
  const journal = await openJournal({ dir: journalDir, maxBytes: 1e9, keys: [journalKey], logger });
  const sealer = openContentSealer(scene.keys.rows);
  for (const [index, size] of sizes.entries()) {
    const messageId = newId();
    const envelope = {
      tenantId: place.tenantId,
      mailFrom: 'camera@example.com',
      recipients: ['owner@example.com', 'guard@example.com'],
      ...changes,
    };
    const { contentKey, sealed } = sealer.seal(messageId, envelope);
    const writer = journal.begin(messageId, contentKey);
    await writer.write(contentOf(index, size));
    await writer.commit({
      messageId,
      queueId: newQueueId(),
      deviceId: place.device.id,
      mailboxId: place.mailbox.id,
      accountKey: place.mailbox.account_key,
      acceptedAt: Date.now() - 5000,
      subject: `玄関 ${index}`,
      messageIdHeader: `<${messageId}@mail.local>`,
      isTest: false,
      sizeBytes: size,
      door: 'submission',
      clientAddress: '192.0.2.1',
      tls: null,
      keySealed: sealed.toString('base64'),
      ...envelope,
    });
  }
  const entries = await journal.take(sizes.length);
  const small = entries.filter(({ kind }) => kind === 'small');
  const { object } = await scene.spool.putRecords({ path: small[0]!.path, records: small });
  for (const { kind, meta, path, cipherLength } of entries)
    if (kind === 'large') await scene.spool.putFile(meta.messageId, path, cipherLength);
  for (const entry of entries) await journal.done(entry);
  await journal.close();
  return { metas: entries.map(({ meta }) => meta), object };
}

async function plainOf(id: string): Promise<Buffer> {
  const [row] = await scene.db.owner.query<{
    key: Buffer;
    object: string;
    offset: number;
    length: number;
    tenantId: string;
    mailFrom: string;
    recipients: string[];
  }>(
    `SELECT key_sealed AS key, spool_object AS object, spool_offset AS "offset", spool_length AS length, tenant_id AS "tenantId", mail_from AS "mailFrom", recipients
     FROM messages WHERE id = $1`,
    [id],
  );
  const opener = openContentOpener(scene.keys.rows, [scene.keys.kekOf('content')]);
  const pieces: Buffer[] = [];
  const { object, offset, length } = row!;
  for await (const piece of decryptContent(
    opener.open(id, row!.key, row!),
    id,
    scene.spool.read(object, offset, length),
  ))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

test('mails whose rows are lost come back from the spool alone, whole, marked as possible repeats; asked again nothing happens', async () => {
  const sizes = [2000, 300_000, 40];
  const { metas, object } = await spoolMails(sizes);
  // One of them is known, as it was handed off; and its object is the others' too.
  const spool = await scene.spool.mails(object).then(([first]) => ({ object, ...first!.slice }));
  await insertMessages(scene.db.system, [{ ...metas[0]!, spool }], null);
  assert.deepEqual(await recoverSpool(toolsOf({ now: Date.now })), NOTHING, 'their rows may be on their way');
  assert.deepEqual(await recoverSpool(toolsOf()), { ...NOTHING, recovered: 2, known: 1 });
  for (const [index, { messageId, subject, recipients, queueId }] of metas.entries()) {
    const [row] = await scene.db.owner.query<Record<string, unknown>>('SELECT * FROM messages WHERE id = $1', [
      messageId,
    ]);
    assert.deepEqual(
      [row!.state, row!.subject, row!.recipients, row!.queue_id, row!.spool_object === object],
      [index === 0 ? 'queued' : 'in_doubt', subject, recipients, queueId, index === 0],
    );
    assert.deepEqual(await plainOf(messageId), contentOf(index, sizes[index]!));
  }
  const kinds = (
    await scene.db.owner.query<{ kind: string }>(
      'SELECT kind FROM message_events WHERE message_id = $1 ORDER BY number',
      [metas[1]!.messageId],
    )
  ).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['accepted', 'recovered']);

  const objects = (await readdir(scene.spoolDir, { recursive: true })).length;
  assert.deepEqual(await recoverSpool(toolsOf()), { ...NOTHING, known: 3 });
  assert.equal((await readdir(scene.spoolDir, { recursive: true })).length, objects);

  // The worker's next turn sends them, and each attempt says that it may be a second one.
  const turn = await takeTurn(scene.db.system, place.mailbox.account_key, 5000);
  assert.ok('token' in turn);
  const claimed = await claimDueMessages(scene.db.system, {
    accountKey: place.mailbox.account_key,
    turnToken: turn.token,
    turnLeaseMs: 5000,
    limit: 10,
    leaseMs: 5000,
    allowance: { burst: 100, perMinute: 60, day: null },
    environment: 'sandbox',
    served: new Map(),
    maxRecipients: 500,
  });
  assert.deepEqual(
    new Map(claimed!.messages.map(({ id, isRepeat }) => [id, isRepeat])),
    new Map(metas.map(({ messageId }, index) => [messageId, index > 0])),
  );
});

test('what is destroyed, of no tenant, sealed for another instance or not written by an edge of this one is not sent, but counted', async () => {
  const { known } = await recoverSpool(toolsOf());
  const { metas, object } = await spoolMails([100, 200]);
  const [first] = await scene.spool.mails(object);
  await scene.spool.erase(object, [first!.slice]);
  const foreign = {
    openAlone: () => {
      throw new RelayError('vault.key_missing');
    },
  };
  assert.deepEqual(await recoverSpool(toolsOf({ contentOpener: foreign })), { ...NOTHING, unreadable: known + 1 });
  const forged = toolsOf({ journalKeys: [Buffer.alloc(32, 9)] });
  assert.deepEqual(await recoverSpool(forged), { ...NOTHING, unproven: known + 1 });
  assert.deepEqual(await recoverSpool({ ...forged, takesUnproven: true }), { ...NOTHING, known, recovered: 1 });
  const ids = (await scene.db.owner.query<{ id: string }>('SELECT id FROM messages')).map(({ id }) => id);
  assert.deepEqual([ids.includes(metas[0]!.messageId), ids.includes(metas[1]!.messageId)], [false, true]);
  await spoolMails([300], { tenantId: newId() });
  assert.deepEqual(await recoverSpool(toolsOf()), { ...NOTHING, known: known + 1, homeless: 1 });
});

test('npm run recover does it with the settings of the instance, and says how many', async () => {
  const { metas, object } = await spoolMails([500]);
  const longAgo = Date.now() / 1000 - 120;
  await utimes(join(scene.spoolDir, object), longAgo, longAgo);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../../../scripts/recover.mjs')],
    {
      env: {
        ...process.env,
        DATABASE_URL: scene.db.url,
        HIKYAKU_DATA_DIR: join(scene.spoolDir, '..'),
        HIKYAKU_MASTER_KEY: scene.keys.masterKey,
      },
    },
  );
  assert.match(stdout, /^1 mails are on their way again, marked as possible repeats; \d+ are known\n/);
  const [row] = await scene.db.owner.query('SELECT state FROM messages WHERE id = $1', [metas[0]!.messageId]);
  assert.deepEqual(row, { state: 'in_doubt' });
});
