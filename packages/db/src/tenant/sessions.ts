import type { Prisma, SmtpSession } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export type SessionRow = Omit<SmtpSession, 'tenantId'>;

/**
 * Newest first. Sessions of devices, and of those without one only the ones from `visitorAddress`: they may be somebody else's who sits behind another address.
 * With `deviceId`: that device's, and those without a device begun since `since`, when it is given.
 */
export async function pageSessions(
  scope: TenantScope,
  page: {
    limit: number;
    beforeId?: string | undefined;
    deviceId?: string | undefined;
    visitorAddress: string;
    since: Date | null;
  },
): Promise<SessionRow[]> {
  const unowned: Prisma.SmtpSessionWhereInput = {
    deviceId: null,
    address: page.visitorAddress,
    ...(page.since ? { startedAt: { gte: page.since } } : {}),
  };
  const owned: Prisma.SmtpSessionWhereInput = page.deviceId ? { deviceId: page.deviceId } : { deviceId: { not: null } };
  return scope.tx.smtpSession.findMany({
    where: {
      tenantId: scope.tenantId,
      ...(page.beforeId ? { id: { lt: page.beforeId } } : {}),
      OR: page.deviceId && !page.since ? [owned] : [owned, unowned],
    },
    orderBy: { id: 'desc' },
    take: page.limit,
    omit: { tenantId: true },
  });
}

/** Null for unknown ones, another tenant's, and those without a device from another address than the visitor's. */
export async function findSession(scope: TenantScope, id: string, visitorAddress: string): Promise<SessionRow | null> {
  return scope.tx.smtpSession.findFirst({
    where: { id, tenantId: scope.tenantId, OR: [{ deviceId: { not: null } }, { address: visitorAddress }] },
    omit: { tenantId: true },
  });
}

/** Opens or prolongs the time in which a device is waited for at an address, and tells the edges. */
export async function openWatch(scope: TenantScope, deviceId: string, address: string, until: Date): Promise<void> {
  await scope.tx.$executeRaw`
    INSERT INTO watches (device_id, tenant_id, address, until) VALUES (${deviceId}::uuid, ${scope.tenantId}::uuid, ${address}, ${until})
    ON CONFLICT (device_id) DO UPDATE SET address = EXCLUDED.address, until = EXCLUDED.until,
      since = CASE WHEN watches.until > now() AND watches.address = EXCLUDED.address THEN watches.since ELSE now() END`;
  await scope.tx.$executeRaw`SELECT pg_notify(${WATCHES}, '')`;
}

/** Since when the device is being waited for; null when it is not. */
export async function findWatch(scope: TenantScope, deviceId: string): Promise<{ since: Date; until: Date } | null> {
  return scope.tx.watch.findFirst({
    where: { deviceId, tenantId: scope.tenantId, until: { gt: new Date() } },
    select: { since: true, until: true },
  });
}

/** Channel that says: look at the watches. */
export const WATCHES = 'hikyaku_watches';
