import assert from 'node:assert/strict';
import { createCipheriv, hash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLogger, type Logger } from '@hikyaku/telemetry';
import {
  decryptContent,
  type Journal,
  type JournalEntry,
  type JournalMeta,
  type JournalOptions,
  openJournal,
} from '../src/index.ts';

export const silentLogger = createLogger({ name: 'test', level: 'silent' });

export const JOURNAL_KEYS = [Buffer.alloc(32, 1)];

/** Keeps what would be logged. */
export function recordingLogger(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = (line: Record<string, unknown>): void => void lines.push(line);
  return { lines, logger: { ...silentLogger, info: log, warn: log, error: log } as unknown as Logger };
}

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-spool-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A journal that is closed at the end of the test. */
export async function journalFor(t: TestContext, dir: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await openJournal({ dir, maxBytes: 1e9, logger: silentLogger, keys: JOURNAL_KEYS, ...options });
  t.after(() => journal.close());
  return journal;
}

export const keyOf = (messageId: string): Buffer => hash('sha256', `key of ${messageId}`, 'buffer');

/** Bytes that tell their mail and their place: no part of one can pass for another. */
export function contentOf(messageId: string, size: number): Buffer {
  const key = hash('sha256', `content of ${messageId}`, 'buffer');
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

export function metaFor(messageId: string, sizeBytes: number): JournalMeta {
  return {
    messageId,
    queueId: messageId.toUpperCase(),
    tenantId: 'tenant',
    deviceId: 'device',
    mailboxId: 'mailbox',
    accountKey: 'microsoft:tid:oid',
    acceptedAt: Date.now(),
    mailFrom: 'camera@example.jp',
    recipients: ['owner@example.jp'],
    subject: '玄関で動きを検知しました',
    messageIdHeader: `<${messageId}@example.jp>`,
    isTest: false,
    sizeBytes,
    door: 'submission',
    clientAddress: '192.0.2.1',
    tls: 'TLSv1.3',
    keySealed: Buffer.alloc(118, 7).toString('base64'),
  };
}

/** Accepts one mail as the edge does; resolves when it is durable. */
export async function accept(journal: Journal, messageId: string, size: number): Promise<void> {
  const writer = journal.begin(messageId, keyOf(messageId));
  const content = contentOf(messageId, size);
  for (let at = 0; at < size; at += 16_384) await writer.write(content.subarray(at, at + 16_384));
  assert.equal(writer.plainBytes, size);
  await writer.commit(metaFor(messageId, size));
}

/** The entry's ciphertext, from the file that the spool would link. @throws what the disk says */
export async function cipherOf({ path, cipherOffset, cipherLength }: JournalEntry): Promise<Buffer> {
  return (await readFile(path)).subarray(cipherOffset, cipherOffset + cipherLength);
}

/** Fails unless the entry's ciphertext opens to exactly the mail that its meta names. */
export async function assertWhole(entry: JournalEntry): Promise<void> {
  const { messageId, sizeBytes } = entry.meta;
  const cipher = await cipherOf(entry);
  assert.equal(cipher.length, entry.cipherLength);
  const plain = await collect(decryptContent(keyOf(messageId), messageId, only(cipher)));
  assert.deepEqual(plain.compare(contentOf(messageId, sizeBytes)), 0, `content of ${messageId}`);
}

/** Everything that waits now; empty when nothing does. */
export async function takeAll(journal: Journal): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  while (entries.length < journal.stats().entries) {
    const more = await journal.take(1000, AbortSignal.timeout(5000));
    assert.notEqual(more.length, 0, 'stats() counts more entries than take() gives');
    entries.push(...more);
  }
  return entries;
}

export const idsOf = (entries: JournalEntry[]): string[] => entries.map(({ meta }) => meta.messageId);

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function* only(...chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

/** The path of the newest segment. */
export const segmentOf = async (dir: string): Promise<string> =>
  join(dir, 'segments', (await readdir(join(dir, 'segments'))).sort().at(-1)!);

/** A journal folder as a killed process leaves it: one segment of small mails, each its own group. */
export async function abandonedJournal(t: TestContext, sizes: number[]): Promise<string> {
  const dir = await temporaryFolder(t);
  const journal = await openJournal({ dir, maxBytes: 1e9, logger: silentLogger, keys: JOURNAL_KEYS });
  for (const [index, size] of sizes.entries()) await accept(journal, `m${index}`, size);
  const killed = `${dir}-killed`;
  t.after(() => rm(killed, { recursive: true, force: true }));
  await cp(dir, killed, { recursive: true });
  await unlink(join(killed, 'lock'));
  await journal.close();
  return killed;
}

/** The ids that an open gives, each mail whole; `check` gets what was logged. */
export async function recovered(dir: string, check?: (events: string[]) => void): Promise<string[]> {
  const { logger, lines } = recordingLogger();
  const journal = await openJournal({ dir, maxBytes: 1e9, logger, keys: JOURNAL_KEYS });
  const entries = await takeAll(journal);
  for (const entry of entries) await assertWhole(entry);
  await journal.close();
  check?.(lines.map(({ event }) => String(event)));
  return idsOf(entries);
}

/** Polls because what is waited for happens in a file system. */
export async function until(what: string, isDone: () => unknown, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isDone())) {
    if (Date.now() > deadline) assert.fail(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
