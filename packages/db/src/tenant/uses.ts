import { Prisma } from '../generated/client.ts';
import { backlogOf, mailsOfDayOf } from '../system/edge/mailbox-backlog.ts';
import type { TenantScope } from './scope.ts';

/** A kind of use and its window, which begins with the first use in it. */
export interface UseWindow {
  name: string;
  windowMs: number;
}

/** Addresses that the tenant never had before: put into a list, or learnt from a device's mail. */
export const NEW_RECIPIENTS = { name: 'new_recipients', windowMs: 24 * 3_600_000 } as const satisfies UseWindow;

/**
 * Counts `by` uses. Returns 0 when `max` allows them, else the milliseconds until the window ends: then the caller throws, and nothing was
 * counted. Until the transaction ends no other one counts the same use of the tenant.
 */
export async function countUse(
  scope: TenantScope,
  use: UseWindow & { by: number; max: number; now: Date },
): Promise<number> {
  const endsAt = new Date(use.now.getTime() + use.windowMs);
  const [row] = await scope.tx.$queryRaw<{ count: number; endsAt: Date }[]>`
    INSERT INTO tenant_uses AS u (tenant_id, name, count, ends_at)
    VALUES (${scope.tenantId}::uuid, ${use.name}, ${use.by}, ${endsAt})
    ON CONFLICT (tenant_id, name) DO UPDATE SET
      count = CASE WHEN u.ends_at <= ${use.now} THEN ${use.by} ELSE u.count + ${use.by} END,
      ends_at = CASE WHEN u.ends_at <= ${use.now} THEN ${endsAt} ELSE u.ends_at END
    RETURNING count, ends_at AS "endsAt"`;
  return row!.count <= use.max ? 0 : Math.max(1, row!.endsAt.getTime() - use.now.getTime());
}

/** Uses in their present windows, by name; what is not there was not used. */
export async function readUses(scope: TenantScope, now: Date): Promise<Record<string, number>> {
  const rows = await scope.tx.tenantUse.findMany({
    where: { tenantId: scope.tenantId, endsAt: { gt: now } },
    select: { name: true, count: true },
  });
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

/** Nobody else of this tenant counts and adds before this transaction ends. */
export async function lockTenant(scope: TenantScope): Promise<void> {
  await scope.tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`limits of ${scope.tenantId}`}, 0))`;
}

export async function countDevices(scope: TenantScope): Promise<number> {
  return scope.tx.device.count({ where: { tenantId: scope.tenantId, deletedAt: null } });
}

/** Those of `addresses`, in lower case, that any device of the tenant has or had in its list, or wrote to, or that a rule names. */
export async function knownRecipients(scope: TenantScope, addresses: string[]): Promise<string[]> {
  const asked = addresses.map((address) => address.toLowerCase());
  const rows = await scope.tx.$queryRaw<{ address: string }[]>(Prisma.sql`
    SELECT DISTINCT lower(g.address) AS address FROM (
      SELECT unnest(d.recipients || d.learnt_recipients) AS address FROM devices d WHERE d.tenant_id = ${scope.tenantId}::uuid
      UNION ALL SELECT jsonb_path_query(r.rules, '$[*].recipients[*]') #>> '{}' FROM (
        SELECT rules FROM devices d WHERE d.tenant_id = ${scope.tenantId}::uuid AND d.rules <> '[]'
        UNION ALL SELECT rules FROM device_groups n WHERE n.tenant_id = ${scope.tenantId}::uuid AND n.rules <> '[]'
      ) r
    ) g WHERE lower(g.address) = ANY (${asked}::text[])`);
  return rows.map(({ address }) => address);
}

/** What waits for the tenant's fullest mailbox; more than a hundred thousand mails are not counted. */
export async function largestBacklog(scope: TenantScope): Promise<{ mails: number; bytes: number }> {
  const [row] = await scope.tx.$queryRaw<{ mails: number; bytes: number }[]>`
    SELECT coalesce(max(w.mails), 0)::int AS mails, coalesce(max(w.bytes), 0)::float8 AS bytes
    FROM mailboxes b CROSS JOIN LATERAL (${Prisma.raw(backlogOf('b.id', 'b.account_key', '100000'))}) AS w
    WHERE b.tenant_id = ${scope.tenantId}::uuid AND b.deleted_at IS NULL`;
  return row!;
}

/** Mails of the last 24 hours, by full hours. */
export async function mailsOfDay(scope: TenantScope): Promise<number> {
  const [row] = await scope.tx.$queryRaw<{ mails: number }[]>`
    SELECT ${Prisma.raw(mailsOfDayOf('t.id'))} AS mails FROM tenants t WHERE t.id = ${scope.tenantId}::uuid`;
  return row!.mails;
}

/** The largest list of recipients among the tenant's devices. */
export async function largestList(scope: TenantScope): Promise<{ count: number; bytes: number }> {
  const [row] = await scope.tx.$queryRaw<{ count: number; bytes: number }[]>`
    SELECT coalesce(max(cardinality(recipients)), 0)::int AS count,
      coalesce(max(octet_length(array_to_string(recipients || recipient_domains, ''))), 0)::int AS bytes
    FROM devices WHERE tenant_id = ${scope.tenantId}::uuid AND deleted_at IS NULL`;
  return row!;
}
