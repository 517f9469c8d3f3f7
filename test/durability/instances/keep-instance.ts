import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openDatabase } from '@hikyaku/db';
import {
  childProcesses,
  DashboardClient,
  type FleetMember,
  MailLedger,
  sandboxClient,
  until,
  useOwnPostgres,
} from '@hikyaku/testing';
import { archiveOf, type Rows, tar } from './instance.ts';
import { startInstance } from './start-instance.ts';

const WITHIN_MS = 60_000;
/** Of the data folder: what mail and mailboxes are in. */
const KEPT = ['journal', 'spool', 'edge', 'sandbox'];
const MAILBOXES = [
  ['microsoft', 'gate@outlook.test'],
  ['google', 'yard@gmail.test'],
  ['microsoft', 'shop@outlook.test'],
] as const;
const SIGN_IN = { email: 'owner@example.test', password: 'correct horse battery staple' };

/**
 * An instance of the present program, killed with mail in every room, as an archive of test/durability/instances: mail that was sent, mail that is held since its mailbox lost its
 * permission, mail in queue and spool, and mail that is in the journal alone since Postgres was away.
 */
async function keepInstance(day: string): Promise<void> {
  const postgres = await useOwnPostgres();
  const masterKey = randomBytes(32).toString('base64');
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-instance-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const hikyaku = await startInstance({ dataDir, databaseUrl: postgres.url, masterKey });
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  await sandbox.knobs({ consent: 'auto' });
  const person = new DashboardClient(hikyaku.webUrl);
  await person.signUp(SIGN_IN.email, SIGN_IN.password);
  const fleet: FleetMember[] = [];
  for (const [provider, address] of MAILBOXES) {
    const { device, credential } = await person.createDevice(await person.connectMailbox(provider, address));
    const { username, password } = credential;
    fleet.push({ provider, address, deviceId: device.id, credential: { username, password }, to: 'owner@example.jp' });
  }
  const [gate, yard, shop] = fleet as [FleetMember, FleetMember, FleetMember];
  const ledger = new MailLedger(hikyaku.smtp.smtps);
  const owner = openDatabase({ url: postgres.url, role: 'owner', max: 1, applicationName: 'testing' });
  const count = async (condition: string): Promise<number> =>
    (await owner.query<{ count: number }>(`SELECT count(*)::int AS count FROM messages WHERE ${condition}`))[0]!.count;
  const send = async (member: FleetMember, name: string, bytes: number): Promise<void> => {
    const { verdict } = await ledger.send(member, name, bytes);
    if (verdict.kind !== 'accepted') throw new Error(`${name}: ${JSON.stringify(verdict)}`);
  };

  for (const member of fleet) await send(member, `sent-${member.address}`, 2_000);
  await until('three mails are sent', async () => (await count(`state = 'sent'`)) === 3, WITHIN_MS);

  const shops = { provider: 'microsoft', mailbox: shop.address };
  await sandbox.knobs({
    happen: [{ provider: 'microsoft', account: shop.address, event: 'access_revoked' }],
    faults: [
      { ...shops, call: 'send', times: null, status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } },
    ],
  });
  await send(shop, 'held', 3_000);
  await until('a mail is held', async () => (await count(`state = 'held'`)) === 1, WITHIN_MS);

  const children = childProcesses(hikyaku);
  process.kill(children.pidOf('worker')!, 'SIGSTOP');
  await send(gate, 'queued', 2_500);
  await send(gate, 'queued-picture', 12_000);
  await send(yard, 'queued-too', 2_500);
  await until('they are handed off', async () => (await count('true')) === 7, WITHIN_MS);
  const rows = await readRows(owner);
  const [now] = await owner.query<{ at: string }>('SELECT now()::text AS at');
  await owner.close();

  process.kill(children.pidOf('api')!, 'SIGSTOP');
  await postgres.stop();
  for (const [member, name, bytes] of [
    [gate, 'journal', 2_500],
    [yard, 'journal-too', 2_500],
    // A file of its own.
    [gate, 'journal-picture', 270_000],
    [shop, 'journal-of-the-shop', 1_500],
  ] as const)
    await send(member, name, bytes);
  process.kill(hikyaku.pid, 'SIGKILL');
  for (const name of ['edge', 'worker', 'api', 'sandbox', 'web'] as const) await children.kill(name);
  await sleep(1_000);

  const tries = ledger.tries.map((tried) => ({ ...tried, member: fleet.indexOf(tried.member) }));
  const cookies = [...person.cookies];
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows));
  writeFileSync(
    join(folder, 'instance.json'),
    JSON.stringify({ at: now!.at, masterKey, signIn: SIGN_IN, cookies, fleet, tries }),
  );
  tar('-czf', archiveOf(day), '-C', folder, 'rows.json', 'instance.json', ...KEPT.map((name) => `data/${name}`));
  rmSync(folder, { recursive: true, force: true });
}

async function readRows(owner: Database): Promise<Rows> {
  const tables = await owner.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const rows: Rows = {};
  for (const { name } of tables) {
    const [found] = await owner.query<{ rows: Rows[string] }>(`SELECT jsonb_agg(to_jsonb(t)) AS rows FROM "${name}" t`);
    if (found!.rows) rows[name] = found!.rows;
  }
  return rows;
}

const day = process.argv[2];
if (!day || !/^\d{4}-\d\d-\d\d$/.test(day)) throw new Error('npm run test:long -- instance YYYY-MM-DD');
await keepInstance(day);
process.exit(0);
