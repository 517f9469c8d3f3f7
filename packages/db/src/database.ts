import { RelayError, within } from '@hikyaku/core';
import pg from 'pg';
import { type ConnectionOptions, connectionConfig } from './connection.ts';

export interface Database {
  readonly pool: pg.Pool;
  /** Rows of one statement. */
  query<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  /** As `query`, planned once per connection: for frequent statements whose planning costs more than their work. One text per `name`. */
  prepared<T extends object>(name: string, text: string, values?: unknown[]): Promise<T[]>;
  /** BEGIN, `work`, COMMIT; anything thrown rolls back. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions extends ConnectionOptions {
  /** Connections at most. */
  max: number;
}

/** 64-bit numbers (sequences, sizes) as numbers: ours stay far below 2^53. */
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * A pool under one role. Connects at the first query, so that it opens while the database is down.
 * Failures to reach the server are RelayError `db.unavailable`; what the server says about a statement stays a `pg.DatabaseError`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = openPool(options, types);
  const transaction = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch(throwUnavailable);
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      if (isUnanswered(error)) broken = error;
      else {
        await client.query('ROLLBACK').catch((failure: Error) => {
          broken = failure;
        });
      }
      return throwUnavailable(error);
    } finally {
      client.release(broken);
    }
  };
  return {
    pool,
    query: async <T extends object>(text: string, values?: unknown[]) =>
      (await pool.query<T>(text, values).catch(throwUnavailable)).rows,
    prepared: async <T extends object>(name: string, text: string, values?: unknown[]) =>
      (await pool.query<T>({ name, text, ...(values ? { values } : {}) }).catch(throwUnavailable)).rows,
    transaction,
    close: closeOnce(pool),
  };
}

/** A pool whose every connection has been asked for its role: a pooler in between may drop start-up options without a word. */
export function openPool(options: DatabaseOptions, types?: pg.CustomTypesConfig): pg.Pool {
  const role = `hikyaku_${options.role}`;
  const pool = new pg.Pool({
    ...connectionConfig(options),
    ...(types ? { types } : {}),
    max: options.max,
    idleTimeoutMillis: 30_000,
    verify: (client: pg.PoolClient, done: (error?: Error) => void) => {
      client
        .query<{ role: string }>('SELECT current_user AS role')
        .then(
          ({ rows }) =>
            done(
              rows[0]?.role === role
                ? undefined
                : new RelayError('db.unavailable', { internal: `connected as ${rows[0]?.role}, not ${role}` }),
            ),
          done,
        );
    },
  } as pg.PoolConfig);
  // A connection that breaks, idle or not, is an event on it; its next query fails and the pool drops it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Closing twice is closing once. */
export function closeOnce(pool: pg.Pool): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= pool.end();
    return closing;
  };
}

/**
 * Codes that mean that the server was not reached, went away, or had no room: SQLSTATE 08, 57P and 53, errno, and Prisma's
 * (P1001 unreachable, P1002 and P1008 timed out, P1017 closed, P2024 and P2028 no connection or transaction in time, P2037 too many).
 */
const UNREACHED =
  /^(08...|57P0[1-5]|53...|P1001|P1002|P1008|P1017|P2024|P2028|P2037|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
const UNREACHED_TEXT =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end)/;

/** The server went silent: on this connection nothing more is asked. */
const isUnanswered = (error: unknown): error is Error =>
  error instanceof Error && error.message === 'Query read timeout';

/** @throws RelayError `db.unavailable` where the server was not reached; else what was given. */
export function throwUnavailable(error: unknown): never {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (error instanceof RelayError) throw error;
  if ((typeof code === 'string' && UNREACHED.test(code)) || UNREACHED_TEXT.test(String(message))) {
    throw new RelayError('db.unavailable', { internal: String(message ?? code), cause: error });
  }
  throw error;
}

/** Readiness check: resolves when the database answers within 2 s, and throws otherwise. */
export async function pingDatabase(database: Database): Promise<void> {
  await within(database.query('SELECT 1'), 2000, () => {
    throw new RelayError('db.unavailable', { internal: 'no answer within 2 s' });
  });
}
