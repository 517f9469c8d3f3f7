import type pg from 'pg';

/** The roles of prisma/roles.sql: `app` sees one tenant, `system` all of them in few columns, `owner` is for migrations and tests. */
export type DatabaseRole = 'app' | 'system' | 'owner';

export interface ConnectionOptions {
  url: string;
  role: DatabaseRole;
  applicationName: string;
  /** Default 30 s: nothing that we ask takes that long unless something is wrong. */
  statementTimeoutMs?: number;
  /** Plan each prepared statement once, for any values, and by the order of indexes: for a process whose few large statements take longer to plan than to run, and find few rows each. */
  plansOnce?: boolean;
}

/** Longer than the server takes to cut a statement off itself: beyond it nobody is there, and TCP would wait for a quarter of an hour. */
const NO_ANSWER_MS = 5_000;

/** The role is a start-up option: no query can run before it. Options in the URL are kept, but cannot undo ours. */
export function connectionConfig(options: ConnectionOptions): pg.ClientConfig {
  const url = new URL(options.url);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.delete('options');
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const settings = {
    role: `hikyaku_${options.role}`,
    statement_timeout: statementTimeoutMs,
    // A transaction whose owner stopped must not hold its locks, nor the vacuum, for ever.
    idle_in_transaction_session_timeout: 60_000,
    // Planned while tables were empty, a look for one row may read all of them, until Postgres has analysed them; and a bitmap of a partial index of few rows is read whole for each step of a skip scan.
    ...(options.plansOnce
      ? { plan_cache_mode: 'force_generic_plan', enable_bitmapscan: 'off', enable_seqscan: 'off' }
      : {}),
    // For solid-state disks. With the default of 4 a page of one device is gathered whole and sorted instead of read off its index.
    random_page_cost: 1.1,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return {
    connectionString: url.href,
    options: [given, ...flags].join(' ').trim(),
    application_name: options.applicationName,
    connectionTimeoutMillis: 5000,
    query_timeout: statementTimeoutMs + NO_ANSWER_MS,
    keepAlive: true,
  };
}
