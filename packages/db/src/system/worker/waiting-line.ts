import { type DayUse, type LinePlace, TOKENS_AT_ONCE } from '@hikyaku/core';
import type { Database } from '../../database.ts';
import { DEVICES_DUE } from '../../message-writer/devices-due.ts';
import { dayUse } from './account-day.ts';

/** Mails before one are counted up to there: three hours at 30 a minute, and some twenty milliseconds. */
const COUNTED_BEFORE = 5_000;

/** The state of an account's allowance, whatever its numbers are. */
export interface AccountState {
  accountKey: string;
  /** Null when none of its mailboxes is there any more. */
  address: string | null;
  /** Its bucket `filledForMs` ago; null: it never sent. */
  bucketTokens: number | null;
  filledForMs: number;
  /** Left of the provider's throttle. */
  restMs: number;
  day: DayUse;
}

/** The place of a mail in the order in which claims take it (`claimDueMessages`), by Postgres's clock, among those of all tenants that use the account, since they share its allowance. Null when it does not wait in this account. */
export async function readPlaceInLine(
  database: Database,
  accountKey: string,
  messageId: string,
): Promise<LinePlace | null> {
  const rows = await database.query<LinePlace>(PLACE, [accountKey, messageId]);
  return rows[0] ?? null;
}

/** The state of accounts' allowances. */
export async function readAccountPaces(database: Database, accountKeys: string[]): Promise<AccountState[]> {
  return database.query(
    `SELECT g.account_key AS "accountKey", a.bucket_tokens AS "bucketTokens",
       coalesce(greatest(0, extract(epoch FROM now() - a.bucket_at) * 1000), 0)::float8 AS "filledForMs",
       coalesce(greatest(0, extract(epoch FROM a.not_before - now()) * 1000), 0)::float8 AS "restMs",
       (SELECT min(b.address) FROM mailboxes b WHERE b.account_key = g.account_key) AS address, ${dayUse('a')} AS day
     FROM unnest($1::text[]) AS g (account_key)
     LEFT JOIN upstream_accounts a ON a.account_key = g.account_key`,
    [accountKeys],
  );
}

/**
 * SQL: the mails of one device among which those are that go before ours: all that are more urgent (place -1), and of as urgent ones those with a place up to ours. Tests and first mails
 * after quiet have no places: they go by age (place 0). A device that has had its mail in the round that goes on is one place behind.
 */
const firstOf = (device: string, id: string): string => `
  (SELECT m.seq, m.due_at, -1 AS place FROM messages m
   WHERE m.account_key = $1 AND m.device_id ${device} AND m.due_at IS NOT NULL AND m.priority < (SELECT priority FROM mine)
   LIMIT ${COUNTED_BEFORE})
  UNION ALL
  (SELECT m.seq, m.due_at, CASE WHEN m.priority < 2 THEN 0 ELSE row_number() OVER (ORDER BY m.seq) + ${hasHadItsMail(id)} END AS place
   FROM messages m
   WHERE m.account_key = $1 AND m.device_id ${device} AND m.due_at IS NOT NULL AND m.priority = (SELECT priority FROM mine)
   ORDER BY m.seq LIMIT (SELECT CASE WHEN mine.priority < 2 THEN ${COUNTED_BEFORE} ELSE own.place END FROM mine, own))`;

const hasHadItsMail = (id: string): string =>
  `CASE WHEN array_position((SELECT a.round_devices FROM upstream_accounts a WHERE a.account_key = $1), ${id}) IS NULL THEN 0 ELSE 1 END`;

const ownBefore = (device: string): string => `
  SELECT 1 FROM mine JOIN messages m ON m.account_key = $1 AND m.device_id ${device} AND m.due_at IS NOT NULL
  WHERE m.priority = mine.priority AND m.seq < mine.seq`;

// Devices take turns: of each device those go before that have a lower place in it than ours has in its own, or as high a one and came before. Mail of no device is one device more.
const PLACE = `
WITH RECURSIVE mine AS MATERIALIZED (
  SELECT id, device_id, priority, seq, due_at FROM messages WHERE id = $2 AND account_key = $1 AND due_at IS NOT NULL
), ${DEVICES_DUE}, own AS MATERIALIZED (
  SELECT CASE WHEN mine.priority < 2 THEN 0 ELSE 1 + ${hasHadItsMail('mine.device_id')} + (SELECT count(*) FROM (
    (${ownBefore('= mine.device_id')} UNION ALL ${ownBefore('IS NULL AND mine.device_id IS NULL')}) LIMIT ${COUNTED_BEFORE}
  ) few) END AS place FROM mine
), seen AS (
  SELECT * FROM (
    SELECT o.* FROM devices_due d CROSS JOIN LATERAL (${firstOf('= d.device_id', 'd.device_id')}) o
    UNION ALL
    SELECT o.* FROM (${firstOf('IS NULL', 'NULL')}) o
  ) others LIMIT ${COUNTED_BEFORE} + 1
), ahead AS MATERIALIZED (
  SELECT least(${COUNTED_BEFORE}, count(*))::int AS before, least(${COUNTED_BEFORE}, count(*) FILTER (WHERE seen.due_at <= now()))::int AS due_before FROM seen, mine, own
  WHERE seen.seq <> mine.seq AND seen.due_at <= greatest(now(), mine.due_at) AND (seen.place < own.place OR seen.place = own.place AND seen.seq < mine.seq)
)
SELECT greatest(0, extract(epoch FROM mine.due_at - now()) * 1000)::float8 AS "dueInMs", greatest(0, extract(epoch FROM now() - mine.due_at) * 1000)::float8 AS "dueForMs",
  ahead.before, ahead.due_before AS "dueBefore",
  (SELECT count(*)::int FROM (
     SELECT FROM messages m WHERE m.account_key = $1 AND m.due_at IS NOT NULL AND m.due_at <= greatest(now(), mine.due_at) LIMIT ahead.before + 1 + ${TOKENS_AT_ONCE}) AS due)
    - ahead.before - 1 AS behind,
  mine.priority < 2 AS "isUrgent"
FROM mine, ahead`;
