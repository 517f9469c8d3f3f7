import { Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/**
 * `seq` is given out when a mail is inserted and `ingested_at` is when that transaction began: the two have one order, but for transactions that
 * run side by side. None runs longer than a statement may (30 s).
 */
const SKEW_MS = 60_000;

/** A `seq` at or below which no mail of the tenant was ingested at or after `time`. */
export async function seqBefore(scope: TenantScope, time: Date): Promise<bigint> {
  const found = await halve(scope, new Date(time.getTime() - SKEW_MS));
  return found?.low ?? 0n;
}

/** A `seq` at or above which no mail of the tenant was ingested before `time`. Null when all of it was. */
export async function seqAfter(scope: TenantScope, time: Date): Promise<bigint | null> {
  const found = await halve(scope, new Date(time.getTime() + SKEW_MS));
  return found && !found.isOpen ? found.high : null;
}

/**
 * Halves the tenant's range of `seq` until the boundary at `time` is found: some thirty probes of the index that pages are read by, whatever its
 * size, instead of one more index that every mail would have to be entered in. Null when the tenant has no mail.
 */
async function halve(scope: TenantScope, time: Date): Promise<{ low: bigint; high: bigint; isOpen: boolean } | null> {
  const mine = Prisma.sql`m.tenant_id = ${scope.tenantId}::uuid`;
  const rows = await scope.tx.$queryRaw<{ low: bigint; high: bigint; isOpen: boolean }[]>`
    WITH RECURSIVE ends AS (
      SELECT (SELECT m.seq FROM messages m WHERE ${mine} ORDER BY m.seq LIMIT 1) AS first,
        (SELECT m.seq FROM messages m WHERE ${mine} ORDER BY m.seq DESC LIMIT 1) AS last
    ), steps AS (
      SELECT first - 1 AS low, last + 1 AS high, true AS is_open FROM ends WHERE first IS NOT NULL
      UNION ALL
      SELECT CASE WHEN probe.is_before THEN probe.seq ELSE s.low END,
        CASE WHEN probe.is_before THEN s.high ELSE (s.low + s.high) / 2 END,
        CASE WHEN probe.is_before THEN s.is_open ELSE s.is_open AND probe.seq IS NULL END
      FROM steps s LEFT JOIN LATERAL (
        SELECT m.seq, m.ingested_at < ${time} AS is_before FROM messages m
        WHERE ${mine} AND m.seq >= (s.low + s.high) / 2 AND m.seq < s.high ORDER BY m.seq LIMIT 1
      ) probe ON true
      WHERE s.high - s.low > 1
    )
    SELECT low, high, is_open AS "isOpen" FROM steps ORDER BY high - low LIMIT 1`;
  return rows[0] ?? null;
}
