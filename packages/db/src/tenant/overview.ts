import { type MessageState, WAITING_STATES } from '@hikyaku/core';
import { silentAfterHours } from '../alerts/rhythms.ts';
import { Prisma } from '../generated/client.ts';
import { STATE_NUMBERS } from './message-pages.ts';
import type { TenantScope } from './scope.ts';

export interface OverviewRows {
  states: { state: MessageState; count: number }[];
  /** Days in order, those without mail left out. */
  days: { day: string; accepted: number; sent: number; failed: number }[];
  /** Of those that wait: gathered for a digest. */
  gathered: number;
  oldestWaiting: Date | null;
  oldestHeld: Date | null;
  devices: { disabled: number; refused: number; stuck: number; unused: number; quiet: number; fine: number };
  mailboxes: { active: number; stopped: number };
}

/** Days that an overview tells of, the present one included. */
export const OVERVIEW_DAYS = 30;

/**
 * A tenant's numbers, from counts that are kept (`countMoves`, a second or two behind) and from its devices and mailboxes, whose number a plan
 * bounds: what it costs does not grow with its mail. `timeZone` cuts the days. @throws what Postgres says of a zone that it does not know
 */
export async function readOverview({ tx, tenantId }: TenantScope, timeZone: string, now: Date): Promise<OverviewRows> {
  const states = await tx.$queryRaw<OverviewRows['states']>`
    SELECT state::text, count::float8 FROM mail_states WHERE tenant_id = ${tenantId}::uuid`;
  const days = await tx.$queryRaw<OverviewRows['days']>`
    SELECT to_char(hour AT TIME ZONE ${timeZone}::text, 'YYYY-MM-DD') AS day, sum(accepted)::int AS accepted, sum(sent)::int AS sent, sum(failed)::int AS failed
    FROM mail_hours WHERE tenant_id = ${tenantId}::uuid
      AND hour >= (date_trunc('day', ${now}::timestamptz AT TIME ZONE ${timeZone}::text) - ${OVERVIEW_DAYS - 1} * interval '1 day') AT TIME ZONE ${timeZone}::text
    GROUP BY 1 ORDER BY 1`;
  const oldestIn = async (asked: readonly MessageState[]): Promise<Date | null> => {
    // One end of an index for each state: newest first is its order, so the oldest is its last entry. What is gathered for a digest is not late.
    const rows = await tx.$queryRawUnsafe<{ at: Date | null }[]>(
      `SELECT min(o.accepted_at) AS at FROM unnest($2::smallint[]) AS s (number) CROSS JOIN LATERAL (
         SELECT m.accepted_at FROM messages m WHERE m.tenant_id = $1::uuid AND m.state_number = s.number AND m.state_number <> ${STATE_NUMBERS.sent} AND m.digest_at IS NULL
         ORDER BY m.seq LIMIT 1) o`,
      tenantId,
      asked.map((state) => STATE_NUMBERS[state]),
    );
    return rows[0]!.at;
  };
  const [{ gathered }] = await tx.$queryRaw<[{ gathered: number }]>`
    SELECT coalesce(sum(g.count), 0)::int AS gathered FROM devices d
    CROSS JOIN LATERAL (SELECT count(*) AS count FROM messages m WHERE m.device_id = d.id AND m.digest_at IS NOT NULL) g WHERE d.tenant_id = ${tenantId}::uuid`;
  const [devices] = await tx.$queryRaw<[OverviewRows['devices']]>`
    SELECT count(*) FILTER (WHERE kind = 'disabled')::int AS disabled, count(*) FILTER (WHERE kind = 'refused')::int AS refused,
      count(*) FILTER (WHERE kind = 'stuck')::int AS stuck,
      count(*) FILTER (WHERE kind = 'unused')::int AS unused, count(*) FILTER (WHERE kind = 'quiet')::int AS quiet,
      count(*) FILTER (WHERE kind = 'fine')::int AS fine
    FROM (
      SELECT CASE WHEN d.disabled_at IS NOT NULL THEN 'disabled'
        WHEN d.refused_since IS NOT NULL OR e.state::text IN ('failed', 'expired', 'quarantined') THEN 'refused'
        WHEN NOT EXISTS (
          SELECT FROM mailboxes b WHERE b.state::text = 'active' AND b.deleted_at IS NULL AND b.id IN (d.fallback_mailbox_id,
            CASE d.content_mode::text WHEN 'instead' THEN coalesce(d.content_channel_id, d.mailbox_id) ELSE d.mailbox_id END)) THEN 'stuck'
        WHEN d.last_message_at IS NULL THEN 'unused'
        WHEN d.last_message_at < ${now}::timestamptz - ${Prisma.raw(silentAfterHours('d'))} * interval '1 hour' THEN 'quiet'
        ELSE 'fine' END AS kind
      FROM devices d LEFT JOIN device_ends e ON e.device_id = d.id
      WHERE d.tenant_id = ${tenantId}::uuid AND d.deleted_at IS NULL
    ) kinds`;
  const [mailboxes] = await tx.$queryRaw<[OverviewRows['mailboxes']]>`
    SELECT count(*) FILTER (WHERE state::text = 'active')::int AS active, count(*) FILTER (WHERE state::text <> 'active')::int AS stopped
    FROM mailboxes WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL AND provider::text <> 'channel'`;
  return {
    states,
    days,
    gathered,
    oldestWaiting: await oldestIn(WAITING_STATES),
    oldestHeld: await oldestIn(['held']),
    devices,
    mailboxes,
  };
}
