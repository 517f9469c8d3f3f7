import { join } from 'node:path';
import { type Database, migrate, openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { makeDevice, makeKeys, makeMailbox, makeTenant, type TestKeys } from '@hikyaku/testing';
import type { Login } from '../load/smtp-session.ts';
import { endWithUs } from '../machine/clean-up.ts';
import { moveToCore } from '../machine/cores.ts';
import { ACCOUNTS } from './mail-server.ts';
import type { ServingSetup } from './serving-setup.ts';

/** The devices' mail leaves through that many mailboxes. */
const MAILBOXES = 4;

/** A Postgres of this run's own, on the servers' core. */
export interface EdgeDatabase {
  url: string;
  pid: number;
  owner: Database;
  keys: TestKeys;
  logins: Login[];
  stop(): Promise<void>;
}

/** A fresh cluster in `folder`: migrated, with keys, one tenant, and devices that may sign in. */
export async function startEdgeDatabase(folder: string, { core, allowsPlain }: ServingSetup): Promise<EdgeDatabase> {
  const logger = createLogger({ name: 'bench', level: 'warn' });
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), logger });
  const forget = endWithUs(server.pid, 'SIGINT');
  moveToCore(core, server.pid);
  const { url, pid } = server;
  await migrate({ url, logger });
  const owner = openDatabase({ url, role: 'owner', max: 2, applicationName: 'bench' });
  const keys = await makeKeys(owner);
  return {
    url,
    pid,
    owner,
    keys,
    logins: await makeLogins(owner, keys, allowsPlain),
    async stop() {
      await owner.close();
      await server.stop();
      forget();
    },
  };
}

async function makeLogins(owner: Database, keys: TestKeys, allowsPlain: boolean): Promise<Login[]> {
  // Nothing is sent on: all that is accepted waits.
  const tenant = await makeTenant(owner, { limits: { waitingMails: 1e9, waitingBytes: 1e15 } });
  const mailboxes: { id: string }[] = [];
  for (let index = 0; index < MAILBOXES; index++) mailboxes.push(await makeMailbox(owner, { tenant_id: tenant.id }));
  const logins: Login[] = [];
  for (let index = 0; index < ACCOUNTS; index++) {
    const mailbox = mailboxes[index % MAILBOXES]!;
    const row = { tenant_id: tenant.id, mailbox_id: mailbox.id, allow_plain_auth: allowsPlain };
    logins.push((await makeDevice(owner, keys.digester, row)).credential);
  }
  return logins;
}
