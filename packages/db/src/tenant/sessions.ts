import type { Prisma, SmtpSession } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export type SessionRow = Omit<SmtpSession, 'tenantId'>;
/** Of a list: without what was said. */
export type SessionSummaryRow = Omit<SessionRow, 'lines'>;

/** Whose address it is that asks, and since when it waits for a device there; its sessions that name nobody are shown. */
export interface Pairing {
  address: string;
  since: Date;
}

const strayWhere = ({ address, since }: Pairing): Prisma.SmtpSessionWhereInput => ({
  deviceId: null,
  address,
  startedAt: { gte: since },
});

/** Newest first: sessions of the tenant's devices, or of one, and with a `pairing` those without a device that it covers. */
export async function pageSessions(
  scope: TenantScope,
  page: {
    limit: number;
    beforeId?: string | undefined;
    deviceId?: string | undefined;
    pairing: Pairing | null;
  },
): Promise<SessionSummaryRow[]> {
  const owned: Prisma.SmtpSessionWhereInput = page.deviceId ? { deviceId: page.deviceId } : { deviceId: { not: null } };
  return scope.tx.smtpSession.findMany({
    where: {
      tenantId: scope.tenantId,
      ...(page.beforeId ? { id: { lt: page.beforeId } } : {}),
      OR: page.pairing ? [owned, strayWhere(page.pairing)] : [owned],
    },
    orderBy: { id: 'desc' },
    take: page.limit,
    omit: { tenantId: true, lines: true },
  });
}

/** Null for unknown ones, another tenant's, and those without a device that no `pairing` covers. */
export async function findSession(scope: TenantScope, id: string, pairing: Pairing | null): Promise<SessionRow | null> {
  return scope.tx.smtpSession.findFirst({
    where: {
      id,
      tenantId: scope.tenantId,
      OR: [{ deviceId: { not: null } }, ...(pairing ? [strayWhere(pairing)] : [])],
    },
    omit: { tenantId: true },
  });
}

/**
 * Since when the tenant, and no other, waits at this address; with `deviceId`: for that device. Null when it does not, or another does so too:
 * what names nobody may be either's.
 */
export async function findPairing(
  scope: TenantScope,
  address: string,
  deviceId: string | undefined,
): Promise<Pairing | null> {
  const [alone] = await scope.tx.$queryRaw<{ since: Date | null }[]>`SELECT pairing_since(${address}) AS since`;
  if (!alone?.since) return null;
  if (deviceId === undefined) return { address, since: alone.since };
  const watch = await scope.tx.watch.findFirst({
    where: { deviceId, tenantId: scope.tenantId, address, until: { gt: new Date() } },
    select: { since: true },
  });
  return watch && { address, since: watch.since };
}

/** Channel that says: look at the watches. */
export const WATCHES = 'hikyaku_watches';

/** Opens or prolongs the time in which a device is waited for at an address, and tells the edges. */
export async function openWatch(scope: TenantScope, deviceId: string, address: string, until: Date): Promise<void> {
  await scope.tx.$executeRaw`
    INSERT INTO watches (device_id, tenant_id, address, until) VALUES (${deviceId}::uuid, ${scope.tenantId}::uuid, ${address}, ${until})
    ON CONFLICT (device_id) DO UPDATE SET address = EXCLUDED.address, until = EXCLUDED.until,
      since = CASE WHEN watches.until > now() AND watches.address = EXCLUDED.address THEN watches.since ELSE now() END`;
  await scope.tx.$executeRaw`SELECT pg_notify(${WATCHES}, '')`;
}
