import type pg from 'pg';
import type { Database } from '../../database.ts';
import { moveEndsOn } from '../../message-writer/move-ends-on.ts';
import { moveWaitsBack } from '../../message-writer/move-waits-back.ts';
import { longestFrom, movedBack, notAfter } from './moved-times.ts';
import { CLOCK_KEY as KEY, CLOCK_STEP as STEP, UNSEEN_FROM } from './unseen-time.ts';

/** A look that is newer is not written again: most looks only read. */
const SOON = `interval '5 seconds'`;
const HOUR = `interval '1 hour'`;
/** Longer than any upkeep is put off: what is further away was written by a clock that was years ahead. */
const TOMORROW = `(now() + interval '1 day')`;
/** The same for renewals, which are spread over a day behind their week. */
const WEEK = `interval '9 days'`;
/** Times that nobody saw are kept for longer than any mail is tried, or waits for its owner's word. */
const KEPT_MS = 31 * 86_400_000;
/** A machine that is switched off every night has one a day. */
const KEPT_TIMES = 64;

/** The longest that leases, and content that can be sent again, are given; milliseconds. */
interface Longest {
  leaseMs: number;
  turnLeaseMs: number;
  failedContentMs: number;
}

/**
 * Notices that Postgres's clock was set, and moves along what its old time was written for.
 *
 * Set back: nothing that waited, and nothing that was counted, would have gone on before the clock said that time again: nine hours for a machine in Japan whose own clock runs
 * by the wall until the network's time comes. Ahead, or the product was off, which looks the same: nobody tried, so that time counts neither against a mail's delivery nor
 * against what is kept of it. Milliseconds by which it was set back, less than none by which it went ahead; 0 for neither, or another worker has seen to it.
 */
export async function followClock(database: Database, longest: Longest): Promise<number> {
  const [seen] = await database.prepared<{ isNow: boolean }>(
    'look-at-clock',
    `SELECT updated_at BETWEEN now() - ${SOON} AND now() + ${STEP} AS "isNow" FROM instance_settings WHERE key = '${KEY}'`,
  );
  if (seen?.isNow) return 0;
  const kept = await database.prepared(
    'keep-clock',
    `INSERT INTO instance_settings AS s (key, value, updated_at) VALUES ('${KEY}', 'null', now())
     ON CONFLICT (key) DO UPDATE SET updated_at = greatest(s.updated_at, now())
     WHERE s.updated_at BETWEEN now() - ${UNSEEN_FROM} AND now() + ${STEP} RETURNING 1 AS kept`,
  );
  if (kept.length > 0) return 0;
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ ms: number }>(
      `SELECT (extract(epoch FROM updated_at - now()) * 1000)::float8 AS ms FROM instance_settings
       WHERE key = '${KEY}' AND updated_at NOT BETWEEN now() - ${UNSEEN_FROM} AND now() + ${STEP} FOR UPDATE`,
    );
    const byMs = rows[0]?.ms ?? 0;
    if (byMs > 0) await goBack(client, byMs, longest);
    if (byMs < 0) await goOn(client, -byMs);
    return byMs;
  });
}

/** SQL: of the times that nobody saw, those that a condition finds, each as an expression says, with one more. */
const keptTimes = (element: string, where: string): string =>
  `(SELECT coalesce(jsonb_agg(${element}), '[]') FROM (
     SELECT e, place FROM jsonb_array_elements(CASE WHEN jsonb_typeof(s.value) = 'array' THEN s.value ELSE '[]' END) WITH ORDINALITY AS g (e, place)
     WHERE ${where} ORDER BY place DESC LIMIT ${KEPT_TIMES}) k)`;
const NOW_MS = 'extract(epoch FROM now()) * 1000';

async function goOn(client: pg.PoolClient, byMs: number): Promise<void> {
  await moveEndsOn(client, byMs);
  const time = `jsonb_build_object('from', extract(epoch FROM s.updated_at) * 1000, 'to', ${NOW_MS})`;
  await client.query(
    `UPDATE instance_settings s SET value = ${keptTimes('e ORDER BY place', `(e ->> 'to')::float8 > ${NOW_MS} - ${KEPT_MS}`)} || ${time}, updated_at = now()
     WHERE key = '${KEY}'`,
  );
}

async function goBack(client: pg.PoolClient, byMs: number, longest: Longest): Promise<void> {
  // What is to come again is no time that has passed.
  await client.query(
    `UPDATE instance_settings s SET value = ${keptTimes(`e || jsonb_build_object('to', least((e ->> 'to')::float8, ${NOW_MS})) ORDER BY place`, `(e ->> 'from')::float8 < ${NOW_MS}`)},
       updated_at = now() WHERE key = '${KEY}'`,
  );
  await moveWaitsBack(client, byMs, longest);
  await moveAccountsBack(client, byMs, longest.turnLeaseMs);
  await moveAlertsBack(client, byMs);
  // One that is speaking is passed over: its mail says so itself.
  await client.query(
    `WITH ahead AS (SELECT id FROM devices WHERE last_message_at > now() FOR NO KEY UPDATE SKIP LOCKED)
     UPDATE devices d SET last_message_at = now() FROM ahead WHERE d.id = ahead.id`,
  );
  await client.query(`UPDATE attempt_counts SET ends_at = ${movedBack('ends_at')} WHERE ends_at > now()`, [byMs]);
  await client.query(`UPDATE mailboxes SET refresh_due_at = now() + ${WEEK} WHERE refresh_due_at > now() + ${WEEK}`);
  await client.query(
    `UPDATE tenants SET retention_due_at = ${notAfter('retention_due_at', TOMORROW)}, recount_due_at = ${notAfter('recount_due_at', TOMORROW)}
     WHERE retention_due_at > ${TOMORROW} OR recount_due_at > ${TOMORROW}`,
  );
}

async function moveAccountsBack(client: pg.PoolClient, byMs: number, turnLeaseMs: number): Promise<void> {
  const leased = longestFrom('$2');
  await client.query(
    `UPDATE upstream_accounts SET turn_until = ${notAfter('turn_until', leased)}, not_before = ${movedBack('not_before')},
       bucket_at = ${notAfter('bucket_at', 'now()')}, digested_at = ${notAfter('digested_at', 'now()')}
     WHERE turn_until > ${leased} OR not_before > now() OR bucket_at > now() OR digested_at > now()`,
    [byMs, turnLeaseMs],
  );
}

async function moveAlertsBack(client: pg.PoolClient, byMs: number): Promise<void> {
  await client.query(`UPDATE alerts SET tell_at = ${movedBack('tell_at')} WHERE tell_at > now()`, [byMs]);
  await client.query(
    `UPDATE alert_deliveries SET due_at = ${movedBack('due_at')}, lease_until = ${movedBack('lease_until')} WHERE due_at > now() OR lease_until > now()`,
    [byMs],
  );
  await client.query(`UPDATE alert_channels SET hour_ends_at = now() + ${HOUR} WHERE hour_ends_at > now() + ${HOUR}`);
}
