import type { DigestLine } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { isSending } from '../system/worker/message-conditions.ts';
import { isFollowing, UNDER_WAY } from './digests.ts';

/** More than most accounts may send in a day. */
const COUNTED_WAITING = 5_000;

/** SQL: the site of device `v`, where its devices have one digest. */
const siteOf = (v: string): string =>
  `LEFT JOIN device_groups s ON s.id = ${v}.group_id AND s.tenant_id = ${v}.tenant_id AND s.digest_together`;

/**
 * When the digest is made that a mail is gathered for, by Postgres's clock, in the order of `findDueDigests`: of all tenants that use the account, since they share its day. `behindId`: the digest before, which is
 * still on its way, and which this one waits for. Null: it is not gathered.
 */
export async function readDigestLine(
  database: Database,
  accountKey: string,
  messageId: string,
): Promise<(DigestLine & { behindId: string | null }) | null> {
  const rows = await database.query<DigestLine & { behindId: string | null }>(
    `WITH mine AS MATERIALIZED (
       SELECT m.device_id, m.mailbox_id, m.recipients, m.digest_at, s.id AS site_id, coalesce(s.id, m.device_id) AS whose
       FROM messages m LEFT JOIN devices v ON v.id = m.device_id AND v.tenant_id = m.tenant_id AND v.deleted_at IS NULL ${siteOf('v')}
       WHERE m.id = $2 AND m.account_key = $1 AND m.digest_at IS NOT NULL
     ), lines AS MATERIALIZED (
       SELECT coalesce(s.id, m.device_id) AS whose, m.mailbox_id, m.recipients, min(m.seq) AS seq, min(m.digest_at) AS at
       FROM messages m LEFT JOIN devices v ON v.id = m.device_id AND v.tenant_id = m.tenant_id AND v.deleted_at IS NULL ${siteOf('v')}
       WHERE m.account_key = $1 AND m.due_at IS NOT NULL AND m.digest_at <= greatest(now(), (SELECT digest_at FROM mine)) GROUP BY 1, 2, 3
     ), own AS (
       SELECT l.seq FROM lines l JOIN mine USING (whose, mailbox_id, recipients)
     ), before AS (
       SELECT count(*) FILTER (WHERE l.at <= now())::int AS due, count(*) FILTER (WHERE l.at > now())::int AS later FROM lines l, own WHERE l.seq < own.seq
     )
     SELECT greatest(0, extract(epoch FROM mine.digest_at - now()) * 1000)::float8 AS "dueInMs", before.due AS "dueBefore", before.later AS "laterBefore",
       (SELECT count(*)::int FROM (SELECT FROM messages m WHERE m.account_key = $1 AND m.due_at <= now() AND m.digest_at IS NULL LIMIT ${COUNTED_WAITING}) AS few) AS waiting,
       (SELECT (extract(epoch FROM now() - a.digested_at) * 1000)::float8 FROM upstream_accounts a WHERE a.account_key = $1) AS "digestedAgoMs",
       (SELECT o.id FROM messages f JOIN messages o ON o.id = f.digest_id
        WHERE f.device_id IN (SELECT mine.device_id UNION SELECT d.id FROM devices d WHERE d.group_id = mine.site_id) AND f.mailbox_id = mine.mailbox_id AND ${isFollowing('f')}
          AND (o.state::text IN (${UNDER_WAY}) OR ${isSending('o')}) LIMIT 1) AS "behindId"
     FROM mine, before`,
    [accountKey, messageId],
  );
  return rows[0] ?? null;
}
