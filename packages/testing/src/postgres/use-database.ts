import { setTimeout as sleep } from 'node:timers/promises';
import { readTestEnvironment } from '@hikyaku/config';
import { isSameProcess, processMark } from '@hikyaku/core';
import { type Database, openDatabase, openTenantDb, type TenantDb } from '@hikyaku/db';
import type pg from 'pg';
import { startTestPostgres } from './start-test-postgres.ts';
import { ensureTemplate, urlOf, withServer } from './template-database.ts';

export interface TestDatabase {
  /** For processes that the test starts: a login that owns the database. */
  url: string;
  /** As edge, worker and sign-in see it. */
  system: Database;
  /** Sees and writes everything: for factories and for looking behind the scenes. */
  owner: Database;
  /** As the API sees it. */
  tenant: TenantDb;
  /** Closes the three and drops the database, also while others are connected. */
  close(): Promise<void>;
}

const PREFIX = 'hikyaku_test_';
let used = 0;

/**
 * A migrated, empty database of this test file's own. Call it in `before` or at the top, and `close` in `after`; what a killed test leaves
 * is dropped by a later one.
 */
export async function useDatabase(): Promise<TestDatabase> {
  const server = readTestEnvironment().postgresUrl ?? (await startTestPostgres()).url;
  const name = `${PREFIX}${(processMark(process.pid) ?? '0:0').replace(':', '_')}_${++used}`;
  await withServer(server, async (client) => {
    await dropAbandoned(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${await ensureTemplate(client, server)}`);
  });
  const url = urlOf(server, name);
  const system = openDatabase({ url, role: 'system', max: 10, applicationName: 'test-system' });
  const owner = openDatabase({ url, role: 'owner', max: 4, applicationName: 'test-owner' });
  const tenant = openTenantDb({ url, max: 10, applicationName: 'test-tenant' });
  return {
    url,
    system,
    owner,
    tenant,
    close: async () => {
      await Promise.all([system.close(), owner.close(), tenant.close()]);
      await withServer(server, (client) => dropDatabase(client, name));
    },
  };
}

/** Databases carry the mark of their process in their name. */
async function dropAbandoned(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [PREFIX],
  );
  for (const { datname } of rows) {
    const [pid, startedAt] = datname.slice(PREFIX.length).split('_');
    if (!isSameProcess(`${pid}:${startedAt}`)) await dropDatabase(client, datname);
  }
}

/** An autovacuum worker in the database is a superuser's, whom our login may not end; it leaves by itself in a moment. */
async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  for (let triesLeft = 50; ; triesLeft--) {
    try {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '42501' || triesLeft === 0) throw error;
      await sleep(100);
    }
  }
}
