import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '@hikyaku/config';
import { decryptContent, openJournal, openSpool } from '@hikyaku/spool';
import { createLogger, EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT } from '@hikyaku/telemetry';
import { reservePorts } from '@hikyaku/testing';
import { deriveJournalKey, edgeKeysOf, openContentOpener, parseEdgeKeys, parseMasterKeys } from '@hikyaku/vault';
import type { Sample } from '../load/load-types.ts';
import { endWithUs } from '../machine/clean-up.ts';
import { BOTH_CORES, onCore } from '../machine/cores.ts';
import { peakRssOf, processTree, rssOf } from '../machine/process-tree.ts';
import type { Certificate } from './certificates.ts';
import { type EdgeDatabase, startEdgeDatabase } from './edge-database.ts';
import type { MailServer } from './mail-server.ts';
import type { ServingSetup } from './serving-setup.ts';
import { waitForCount } from './wait-for-count.ts';

const MAIN = join(import.meta.dirname, '../../../apps/edge/dist/main.mjs');
const READY_WITHIN_MS = 30_000;
const PORTS = [
  'SMTP_SUBMISSION_PORT',
  'SMTP_ALT_PORT',
  'SMTPS_PORT',
  'LEGACY_SUBMISSION_PORT',
  'LEGACY_SMTPS_PORT',
  'POP3_PORT',
  'POP3S_PORT',
];
const logger = createLogger({ name: 'bench', level: 'warn' });

export interface EdgeOptions {
  setup: ServingSetup;
  certificates: Certificate[];
  /** False: the journal keeps everything, as a Postfix that holds. True: rows and spool objects are written behind the 250. */
  handsOff: boolean;
  /** Node's options for the edge's process, e.g. to profile it. */
  nodeArgs?: string[];
  /** Settings beside those that every bench needs. */
  settings?: Record<string, string>;
}

export interface BenchedEdge extends MailServer {
  /** The door that begins with TLS. */
  smtpsPort: number;
  /** Resident bytes now, of the process that was started. */
  memory(): number;
}

/** The real edge process with a real Postgres, both on the servers' core, all of their files below `parent`. */
export async function startEdge(parent: string, options: EdgeOptions): Promise<BenchedEdge> {
  const dir = join(parent, 'edge');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { mode: 0o700 });
  const database = await startEdgeDatabase(dir, options.setup);
  const log = join(dir, 'edge.log');
  const [command, args] = onCore(options.setup.core, process.execPath, [
    ...EDGE_NODE_OPTIONS,
    ...(options.nodeArgs ?? []),
    MAIN,
  ]);
  const output = openSync(log, 'a');
  const edge = spawn(command, args, {
    env: await environment(dir, database, options),
    stdio: ['ignore', output, output],
  });
  const forget = endWithUs(edge.pid!);
  const { submission: port, smtps: smtpsPort } = await readDoors(edge, log);
  return {
    port,
    smtpsPort,
    memory: () => rssOf(edge.pid!),
    logins: database.logins,
    roots: [edge.pid!, database.pid],
    // Of the largest process, where there are several.
    peakMemory: () => Math.max(...processTree(edge.pid!).map(({ pid }) => peakRssOf(pid))),
    async settle(accepted) {
      if (options.handsOff) await waitForCount(accepted, () => countRows(database));
    },
    async stopAndCheck(accepted, samples) {
      await end(edge);
      forget();
      const problems = options.handsOff
        ? await checkRows(dir, database, accepted, samples)
        : await checkJournal(dir, database, accepted, samples);
      await database.stop();
      rmSync(dir, { recursive: true, force: true });
      return problems;
    },
  };
}

async function environment(
  dir: string,
  database: EdgeDatabase,
  { certificates, handsOff, setup, settings }: EdgeOptions,
) {
  const ports = await reservePorts(PORTS.length);
  return childEnvironment({
    DATABASE_URL: database.url,
    REDIS_URL: undefined,
    ...Object.fromEntries(PORTS.map((name, index) => [`HIKYAKU_${name}`, String(ports[index])])),
    HIKYAKU_METRICS_PORT: '0',
    HIKYAKU_SMTP_LISTEN: '127.0.0.1',
    HIKYAKU_SANDBOX: 'on',
    HIKYAKU_EDGE_PROCESSES: setup.core === BOTH_CORES ? '2' : '1',
    HIKYAKU_DATA_DIR: dir,
    HIKYAKU_EDGE_KEY: edgeKeyOf(database).join(','),
    HIKYAKU_TLS_CERT_FILES: certificates.map(({ cert, key }) => `${cert}:${key}`).join(','),
    // The first batch is taken and never finished.
    HIKYAKU_FAULT_POINTS: handsOff ? undefined : 'handoff.taken=stall:86400000',
    // A few logins bring what would be a fleet's.
    HIKYAKU_MAX_MAILS_PER_MINUTE: '1000000',
    NODE_ENV: 'production',
    LD_PRELOAD: setup.slowSync,
    ...MAIL_ENVIRONMENT,
    ...settings,
  });
}

async function readDoors(edge: ChildProcess, log: string): Promise<{ submission: number; smtps: number }> {
  const end = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const text = readFileSync(log, 'utf8');
    const line = text.split('\n').find((one) => one.includes('"event":"started"'));
    if (line) return (JSON.parse(line) as { doors: { submission: number; smtps: number } }).doors;
    if (edge.exitCode !== null || Date.now() > end) throw new Error(`the edge did not start:\n${text}`);
    await sleep(50);
  }
}

async function end(edge: ChildProcess): Promise<void> {
  const ended = once(edge, 'exit');
  edge.kill('SIGTERM');
  await ended;
}

async function countRows({ owner }: EdgeDatabase): Promise<number> {
  return (await owner.query<{ count: number }>('SELECT count(*) FROM messages'))[0]!.count;
}

const queueIdOf = ({ reply }: Sample): string => /queued as (\w+)/.exec(reply)?.[1] ?? '';

async function sha256Of(content: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return hash('sha256', Buffer.concat(chunks));
}

const edgeKeyOf = ({ keys }: EdgeDatabase) => edgeKeysOf(parseMasterKeys([keys.masterKey]));

const openerOf = ({ keys }: EdgeDatabase) => openContentOpener(keys.rows, [keys.kekOf('content')]);

async function checkRows(dir: string, database: EdgeDatabase, accepted: number, samples: Sample[]): Promise<string[]> {
  const rows = await countRows(database);
  const problems = rows === accepted ? [] : [`Postgres has ${rows} mails of ${accepted}`];
  const spool = await openSpool({ dataDir: dir, logger });
  const opener = openerOf(database);
  for (const sample of samples) {
    const [row] = await database.owner.query<{
      id: string;
      key: Buffer;
      object: string;
      offset: number;
      length: number;
      tenantId: string;
      mailFrom: string;
      recipients: string[];
    }>(
      `SELECT id, tenant_id AS "tenantId", mail_from AS "mailFrom", recipients, key_sealed AS key, spool_object AS object, spool_offset AS offset, spool_length AS length
       FROM messages WHERE queue_id = $1`,
      [queueIdOf(sample)],
    );
    const found =
      row &&
      (await sha256Of(
        decryptContent(opener.open(row.id, row.key, row), row.id, spool.read(row.object, row.offset, row.length)),
      ));
    if (found !== sample.sha256) problems.push(`the spool has other bytes: ${sample.reply}`);
  }
  return problems;
}

async function checkJournal(
  dir: string,
  database: EdgeDatabase,
  accepted: number,
  samples: Sample[],
): Promise<string[]> {
  const keys = parseEdgeKeys(edgeKeyOf(database)).map(deriveJournalKey);
  const opener = openerOf(database);
  const wanted = new Map(samples.map((sample) => [queueIdOf(sample), sample]));
  const problems: string[] = [];
  let waiting = 0;
  // A second process has its own, below the first one's.
  for (const folder of [join(dir, 'journal'), join(dir, 'journal', '2')].filter(existsSync)) {
    const journal = await openJournal({ dir: folder, maxBytes: 1e12, logger, keys });
    const { entries } = journal.stats();
    waiting += entries;
    for (let left = entries; left > 0; ) {
      for (const entry of await journal.take(500)) {
        left -= 1;
        const { queueId, messageId, keySealed } = entry.meta;
        const sample = wanted.get(queueId);
        if (!sample) continue;
        wanted.delete(queueId);
        const key = opener.open(messageId, Buffer.from(keySealed, 'base64'), entry.meta);
        const { path, cipherOffset: start, cipherLength } = entry;
        const found = await sha256Of(
          decryptContent(key, messageId, createReadStream(path, { start, end: start + cipherLength - 1 })),
        );
        if (found !== sample.sha256) problems.push(`the journal has other bytes: ${sample.reply}`);
      }
    }
    await journal.close();
  }
  if (waiting !== accepted) problems.push(`the journal has ${waiting} mails of ${accepted}`);
  for (const { reply } of wanted.values()) problems.push(`the journal does not have ${reply}`);
  return problems;
}
