import { join } from 'node:path';
import { type Database, openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import type { RunningHikyaku } from '../start-hikyaku.ts';

/** A message and its story, as Postgres has it at the end. */
export interface MessageFacts {
  queueId: string;
  /** The subject. */
  marker: string;
  state: string;
  stateCode: string | null;
  /** No key, no object, and the time of it. */
  isDestroyed: boolean;
  doubts: number;
  /** Every attempt has an outcome. */
  isTold: boolean;
  /** Exactly the attempts after a doubt are marked as repeats. */
  isMarked: boolean;
}

export async function readMessageFacts(owner: Database): Promise<MessageFacts[]> {
  return owner.query<MessageFacts>(
    `SELECT m.queue_id AS "queueId", coalesce(m.subject, '') AS marker, m.state::text AS state, m.state_code AS "stateCode",
       m.key_sealed IS NULL AND m.spool_object IS NULL AND m.content_destroyed_at IS NOT NULL AS "isDestroyed",
       (SELECT count(*)::int FROM attempts a WHERE a.message_id = m.id AND a.outcome = 'in_doubt') AS doubts,
       (SELECT coalesce(bool_and(a.outcome IS NOT NULL), false) FROM attempts a WHERE a.message_id = m.id) AS "isTold",
       (SELECT coalesce(bool_and(a.is_repeat = EXISTS (SELECT FROM attempts e
          WHERE e.message_id = a.message_id AND e.number < a.number AND e.outcome = 'in_doubt')), true)
        FROM attempts a WHERE a.message_id = m.id) AS "isMarked"
     FROM messages m`,
  );
}

/** Rows that belong to no message, and messages without what belongs to each, by table. All zero in a whole database. */
export async function countOrphanRows(owner: Database): Promise<Record<string, number>> {
  const [row] = await owner.query<Record<string, number>>(
    `SELECT
       (SELECT count(*)::int FROM parts x WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = x.message_id)) AS parts,
       (SELECT count(*)::int FROM attempts x WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = x.message_id)) AS attempts,
       (SELECT count(*)::int FROM message_events x WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = x.message_id)) AS events,
       (SELECT count(*)::int FROM tombstones x WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = x.message_id)) AS tombstones,
       (SELECT count(*)::int FROM messages m WHERE NOT EXISTS (SELECT FROM tombstones x WHERE x.message_id = m.id)) AS "messages without tombstone",
       (SELECT count(*)::int FROM messages m WHERE (SELECT count(*) FROM message_events e WHERE e.message_id = m.id AND e.kind = 'accepted') <> 1)
         AS "messages not accepted once",
       (SELECT count(*)::int FROM parts p JOIN messages m ON m.id = p.message_id WHERE p.state <> m.state) AS "parts of another state"`,
  );
  return row!;
}

/** The database of a running Hikyaku, as its owner. The embedded one when no `databaseUrl` is given; it must be up. */
export async function openOwner(hikyaku: RunningHikyaku, databaseUrl?: string): Promise<Database> {
  const logger = createLogger({ name: 'testing', level: 'silent' });
  const url = databaseUrl ?? (await startEmbeddedPostgres({ dataDir: join(hikyaku.dataDir, 'postgres'), logger })).url;
  return openDatabase({ url, role: 'owner', max: 2, applicationName: 'durability-test' });
}
