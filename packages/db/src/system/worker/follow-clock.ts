import type pg from 'pg';
import type { Database } from '../../database.ts';
import { moveWaitsBack } from '../../message-writer/move-waits-back.ts';
import { longestFrom, movedBack, notAfter } from './moved-times.ts';

const KEY = 'clock';
/** A step of network time is smaller, and keeps nobody waiting for long. */
const STEP = `interval '10 seconds'`;
const HOUR = `interval '1 hour'`;
/** Longer than any upkeep is put off: what is further away was written by a clock that was years ahead. */
const TOMORROW = `(now() + interval '1 day')`;
/** The same for renewals, which are spread over a day behind their week. */
const WEEK = `interval '9 days'`;

/** Longest leases there are, milliseconds. */
interface Leases {
  leaseMs: number;
  turnLeaseMs: number;
}

/**
 * Notices that Postgres's clock was set back, and moves along what its old time was written for. Until then nothing that waited, and nothing that was counted, would have gone
 * on before the clock said that time again: nine hours for a machine in Japan whose own clock runs by the wall until the network's time comes. Milliseconds by which it was
 * set back; 0 where it was not, or another worker has seen to it.
 */
export async function followClock(database: Database, leases: Leases): Promise<number> {
  const kept = await database.prepared(
    'keep-clock',
    `INSERT INTO instance_settings AS s (key, value, updated_at) VALUES ('${KEY}', 'null', now())
     ON CONFLICT (key) DO UPDATE SET updated_at = greatest(s.updated_at, now()) WHERE s.updated_at <= now() + ${STEP} RETURNING 1 AS kept`,
  );
  if (kept.length > 0) return 0;
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ ms: number }>(
      `WITH seen AS (SELECT updated_at FROM instance_settings WHERE key = '${KEY}' AND updated_at > now() + ${STEP} FOR UPDATE)
       UPDATE instance_settings s SET updated_at = now() FROM seen WHERE s.key = '${KEY}'
       RETURNING (extract(epoch FROM seen.updated_at - now()) * 1000)::float8 AS ms`,
    );
    const byMs = rows[0]?.ms ?? 0;
    if (byMs === 0) return 0;
    await moveWaitsBack(client, byMs, leases.leaseMs);
    await moveAccountsBack(client, byMs, leases.turnLeaseMs);
    await moveAlertsBack(client, byMs);
    await client.query(`UPDATE attempt_counts SET ends_at = ${movedBack('ends_at')} WHERE ends_at > now()`, [byMs]);
    await client.query(`UPDATE mailboxes SET refresh_due_at = now() + ${WEEK} WHERE refresh_due_at > now() + ${WEEK}`);
    await client.query(
      `UPDATE tenants SET retention_due_at = ${notAfter('retention_due_at', TOMORROW)}, recount_due_at = ${notAfter('recount_due_at', TOMORROW)}
       WHERE retention_due_at > ${TOMORROW} OR recount_due_at > ${TOMORROW}`,
    );
    return byMs;
  });
}

async function moveAccountsBack(client: pg.PoolClient, byMs: number, turnLeaseMs: number): Promise<void> {
  const longest = longestFrom('$2');
  await client.query(
    `UPDATE upstream_accounts SET turn_until = ${notAfter('turn_until', longest)}, not_before = ${movedBack('not_before')},
       bucket_at = ${notAfter('bucket_at', 'now()')}, digested_at = ${notAfter('digested_at', 'now()')}
     WHERE turn_until > ${longest} OR not_before > now() OR bucket_at > now() OR digested_at > now()`,
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
