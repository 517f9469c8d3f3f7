import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { armFaultPoints, newId } from '@hikyaku/core';
import { type JournalMeta, openJournal } from '@hikyaku/spool';
import { createLogger } from '@hikyaku/telemetry';
import { createInstanceKey, openContentSealer } from '@hikyaku/vault';
import { percentile } from '../report/statistics.ts';
import { figure, markdownTable, megabytes } from '../report/table.ts';
import type { BenchPart, Length } from './bench-part.ts';

interface Case {
  name: string;
  bytes: number;
  writers: number;
  /** Added to each sync of the log, as a slower disk would. */
  syncMs?: number;
}

const CASES: Case[] = [
  { name: '2 KB', bytes: 2_000, writers: 1 },
  { name: '2 KB', bytes: 2_000, writers: 20 },
  { name: '2 KB', bytes: 2_000, writers: 100 },
  { name: '2 KB, sync + 3 ms', bytes: 2_000, writers: 100, syncMs: 3 },
  { name: '200 KB', bytes: 200_000, writers: 20 },
  { name: '3 MB', bytes: 3_000_000, writers: 20 },
];
/** What a TLS socket hands out at a time. */
const PIECE_BYTES = 16_384;

const SECONDS: Record<Length, number> = { short: 1, default: 3, long: 10 };

/**
 * Journal and vault alone, in this process, no SMTP. Each writer seals a key, encrypts, commits, and begins again; a hand-off that does nothing
 * else acknowledges behind them. The folder's disk decides: not a tmpfs.
 */
export const journal: BenchPart = {
  name: 'journal',
  what: 'journal and vault alone: seal, encrypt, commit, acknowledge',
  async run({ length, folder }) {
    const rows: Record<string, string | number>[] = [];
    for (const one of CASES) rows.push(await measure(one, SECONDS[length], folder));
    return { text: markdownTable(rows), problems: [] };
  },
};

const sealer = openContentSealer([createInstanceKey('content', [randomBytes(32)])]);
const logger = createLogger({ name: 'bench', level: 'warn' });

const metaFor = (messageId: string, sizeBytes: number, keySealed: string): JournalMeta => ({
  messageId,
  queueId: 'ABCDEFGHJKMNPQRS',
  tenantId: newId(),
  deviceId: newId(),
  mailboxId: newId(),
  accountKey: 'microsoft:9188040d-6c67-4c5b-b112-36a304b66dad:00000000-0000-0000-0000-000000000000',
  acceptedAt: Date.now(),
  mailFrom: 'camera@example.jp',
  recipients: ['owner@example.jp', 'guard@example.jp'],
  subject: '玄関カメラ 動体検知 2026-11-21 20:00:00',
  messageIdHeader: `<${messageId}@relay.example>`,
  isTest: false,
  sizeBytes,
  door: 'submission',
  clientAddress: '192.0.2.1',
  tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
  keySealed,
});

async function measure(
  { name, bytes, writers, syncMs }: Case,
  seconds: number,
  parent: string,
): Promise<Record<string, string | number>> {
  const dir = await mkdtemp(join(parent, 'hikyaku-bench-'));
  const journal = await openJournal({ dir, maxBytes: 4e9, logger, keys: [randomBytes(32)] });
  const content = randomBytes(bytes);
  const latencies: number[] = [];
  let stopAt = Number.POSITIVE_INFINITY;

  const write = async (): Promise<void> => {
    while (performance.now() < stopAt) {
      const messageId = newId();
      const { contentKey, sealed } = sealer.seal(messageId, metaFor(messageId, bytes, ''));
      const writer = journal.begin(messageId, contentKey);
      for (let at = 0; at < bytes; at += PIECE_BYTES) {
        const wait = writer.write(content.subarray(at, at + PIECE_BYTES));
        if (wait) await wait;
      }
      const from = performance.now();
      await writer.commit(metaFor(messageId, bytes, sealed.toString('base64')));
      latencies.push(performance.now() - from);
    }
  };
  const handOff = async (): Promise<void> => {
    for (;;) {
      const entries = await journal.take(200);
      if (entries.length === 0) return;
      for (const entry of entries) await journal.done(entry);
    }
  };

  const handingOff = handOff();
  const warmUp = Array.from({ length: writers }, write);
  await new Promise((resolve) => setTimeout(resolve, 500));
  latencies.length = 0;
  if (syncMs) armFaultPoints(`journal.before-sync=stall:${syncMs}`);
  const cpu = process.cpuUsage();
  const from = performance.now();
  stopAt = from + seconds * 1000;
  await Promise.all(warmUp);
  const elapsedMs = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  armFaultPoints('');
  await journal.close();
  await handingOff;
  await rm(dir, { recursive: true });

  const mails = latencies.length;
  return {
    mail: name,
    writers,
    'mails/s': Math.round((mails / elapsedMs) * 1000),
    'MB/s': Math.round((mails * bytes) / elapsedMs / 1000),
    'CPU ms/mail': figure((user + system) / 1000 / mails),
    'commit p50 ms': figure(percentile(latencies, 0.5)),
    'commit p99 ms': figure(percentile(latencies, 0.99)),
    memory: megabytes(process.memoryUsage.rss()),
  };
}
