import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { DashboardClient, sandboxClient, startHikyaku, useRedis } from '@hikyaku/testing';
import type { Login } from '../load/smtp-session.ts';
import { endWithUs } from '../machine/clean-up.ts';
import { type Core, LOAD_CORE, moveToCore, SERVER_CORE } from '../machine/cores.ts';
import { cpuMsOf, peakRssOf, processTree, pssOf } from '../machine/process-tree.ts';
import { ACCOUNTS } from './mail-server.ts';
import { seedMailboxes } from './seed-mailboxes.ts';
import { waitForCount } from './wait-for-count.ts';

export type Backend = 'postgres' | 'redis';

/** Everything of `npm start`, in sandbox mode, with devices whose mail goes to four sandbox mailboxes. */
export interface WholeRelay {
  port: number;
  /** Of all devices, and by tenant. */
  logins: Login[];
  loginsOf: Login[][];
  owner: Database;
  pids: Record<string, number>;
  /** CPU in milliseconds so far, by process; those of the provider's stand-in are not ours. */
  cpuMs(): Record<string, number>;
  /** Bytes. Postgres with its children as their proportional set now, all others their peak. */
  memory(): Record<string, number>;
  /** Bytes now, shared pages counted once. */
  pss(): Record<string, number>;
  /** `count` more mailboxes, in tenants of their own, each with a device; answers its logins. */
  addMailboxes(count: number): Promise<Login[]>;
  /** The provider's stand-in waits that long before each answer to a send. */
  slowDown(ms: number): Promise<void>;
  /** Resolves when that many mails are sent. @throws Error when nothing moves any more */
  waitUntilSent(count: number): Promise<void>;
  /** Hashes of the bodies that the provider keeps, newest mails only. */
  bodiesAtProvider(): Promise<Buffer[]>;
  stop(): Promise<void>;
}

/** A tenant: its sandbox mailboxes, and devices that take turns at them. */
export interface Home {
  email: string;
  mailboxes: (readonly ['microsoft' | 'google', string])[];
  devices: number;
}

const ONE_HOME: Home = {
  email: 'bench@example.test',
  mailboxes: [
    ['microsoft', 'yard@outlook.test'],
    ['google', 'door@gmail.test'],
    ['microsoft', 'shop@outlook.test'],
    ['google', 'gate@gmail.test'],
  ],
  devices: ACCOUNTS,
};
/** Of each mailbox, to be looked at in the end. */
const KEPT_MAILS = 50;
/** Far above what is sent: the provider's allowance is not what is measured. */
const PLENTY = '1000000';
const ALLOWANCES = [
  ...['MICROSOFT_BURST', 'MICROSOFT_PER_MINUTE', 'GOOGLE_BURST', 'GOOGLE_PER_MINUTE'],
  ...['OUTLOOK_PER_DAY', 'MICROSOFT_365_PER_DAY', 'GMAIL_PER_DAY', 'WORKSPACE_PER_DAY'],
  'MAX_MAILS_PER_MINUTE',
];

export async function startWholeRelay(
  parent: string,
  backend: Backend,
  { homes, core }: { homes: Home[]; core: Core } = { homes: [ONE_HOME], core: SERVER_CORE },
): Promise<WholeRelay> {
  const dir = join(parent, 'relay');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { mode: 0o700 });
  const logger = createLogger({ name: 'bench', level: 'warn' });
  const postgres = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), logger });
  const forget = endWithUs(postgres.pid, 'SIGINT');
  const redis = backend === 'redis' ? await useRedis() : undefined;
  const masterKey = randomBytes(32).toString('base64');
  const relay = await startHikyaku({
    dataDir: join(dir, 'data'),
    env: {
      DATABASE_URL: postgres.url,
      ...(redis ? { REDIS_URL: redis.url } : {}),
      HIKYAKU_MASTER_KEY: masterKey,
      HIKYAKU_SANDBOX: 'on',
      ...Object.fromEntries(ALLOWANCES.map((name) => [`HIKYAKU_${name}`, PLENTY])),
    },
  });
  const processes = namedProcesses(relay.pid);
  const redisPid = processTree(process.pid).find(({ name }) => name === 'redis-server')?.pid;
  for (const root of [relay.pid, postgres.pid, redisPid]) if (root) moveToCore(core, root);
  moveToCore(LOAD_CORE, processes.sandbox!);
  const sandbox = sandboxClient(relay.sandboxUrl);
  await sandbox.knobs({
    consent: 'auto',
    limits: 'none',
    keep: { mailsPerBox: KEPT_MAILS, totalBytes: 1_000_000_000 },
  });
  const loginsOf: Login[][] = [];
  for (const home of homes) loginsOf.push(await addDevices(new DashboardClient(relay.webUrl), home));
  const owner = openDatabase({ url: postgres.url, role: 'owner', max: 1, applicationName: 'bench' });
  const { sandbox: _, ...ours } = processes;
  const roots = { ...ours, postgres: postgres.pid, ...(redisPid ? { redis: redisPid } : {}) };
  const byProcess = (of: (pid: number) => number): Record<string, number> =>
    Object.fromEntries(Object.entries(roots).map(([name, pid]) => [name, of(pid)]));

  return {
    port: relay.smtp.submission,
    logins: loginsOf.flat(),
    loginsOf,
    owner,
    pids: roots,
    cpuMs: () => byProcess((pid) => (pid === relay.pid ? 0 : cpuMsOf([pid]))),
    memory: () => byProcess((pid) => (pid === postgres.pid ? pssOf(pid) : peakRssOf(pid))),
    pss: () => byProcess((pid) => pssOf(pid, pid === postgres.pid)),
    addMailboxes: (count) => seedMailboxes(owner, { count, masterKey, ...relay }),
    slowDown: (delayMs) => sandbox.knobs({ faults: [{ call: 'send', times: null, delayMs }] }),
    waitUntilSent: (count) =>
      waitForCount(count, async () => {
        const [row] = await owner.query<{ sent: number }>(`SELECT count(*) AS sent FROM messages WHERE state = 'sent'`);
        return row!.sent;
      }),
    async bodiesAtProvider() {
      const boxes = await Promise.all(
        homes.flatMap(({ mailboxes }) => mailboxes.map(([, address]) => sandbox.mails(address, 'sent'))),
      );
      return boxes.flat().map(({ raw }) => {
        const bytes = Buffer.from(raw, 'base64');
        return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
      });
    },
    async stop() {
      await owner.close();
      await relay.stop();
      await redis?.close();
      await postgres.stop();
      forget();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function addDevices(person: DashboardClient, home: Home): Promise<Login[]> {
  await person.signUp(home.email);
  const mailboxes: string[] = [];
  for (const [provider, address] of home.mailboxes) mailboxes.push(await person.connectMailbox(provider, address));
  const logins: Login[] = [];
  for (let index = 0; index < home.devices; index++) {
    const device = await person.createDevice(mailboxes[index % mailboxes.length]!, { name: `Camera ${index}` });
    logins.push(device.credential);
  }
  return logins;
}

/** The supervisor and its children by the folder of their main file. */
function namedProcesses(supervisor: number): Record<string, number> {
  const found: Record<string, number> = { supervisor };
  for (const { pid, parent } of processTree(supervisor)) {
    if (parent !== supervisor) continue;
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    found[/(?:apps|packages)\/(\w+)\/(?:src\/main\.ts|dist\/main\.mjs)/.exec(line)?.[1] ?? 'web'] = pid;
  }
  return found;
}
