import { newId } from '@hikyaku/core';
import type { TenantScope } from './scope.ts';

export interface CredentialRow {
  deviceId: string;
  username: string;
  createdAt: Date;
  expiresAt: Date | null;
}

export async function insertCredential(
  scope: TenantScope,
  credential: { deviceId: string; username: string; passwordDigest: Buffer },
): Promise<void> {
  const passwordDigest = new Uint8Array(credential.passwordDigest);
  await scope.tx.credential.create({
    data: { id: newId(), tenantId: scope.tenantId, ...credential, passwordDigest },
    select: { id: true },
  });
}

/** Credentials that a device could use at `now`, newest first. */
export async function listLiveCredentials(
  scope: TenantScope,
  deviceIds: string[],
  now: Date,
): Promise<CredentialRow[]> {
  return scope.tx.credential.findMany({
    where: {
      tenantId: scope.tenantId,
      deviceId: { in: deviceIds },
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
    select: { deviceId: true, username: true, createdAt: true, expiresAt: true },
    orderBy: { id: 'desc' },
  });
}

/** Old passwords of a device that may work at once, that of the present rotation among them. */
const MOST_OLD = 4;

/**
 * Ends the current password at `expiresAt`. Older ones keep the time that they were given: a device may still use one of them, where the answer with the
 * newer one was lost on the way. Beyond `MOST_OLD` those go that were made last, which nobody may have typed yet. Where none is to work on, all end now.
 */
export async function expireCredentials(
  scope: TenantScope,
  deviceId: string,
  times: { now: Date; expiresAt: Date },
): Promise<void> {
  const live = { tenantId: scope.tenantId, deviceId, revokedAt: null };
  const isKept = times.expiresAt > times.now;
  const old = await scope.tx.credential.findMany({
    where: { ...live, expiresAt: { gt: times.now } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const kept = isKept ? old.slice(0, MOST_OLD - 1).map(({ id }) => id) : [];
  await scope.tx.credential.updateMany({
    where: { ...live, expiresAt: { not: null }, id: { notIn: kept } },
    data: { revokedAt: times.now },
  });
  await scope.tx.credential.updateMany({ where: { ...live, expiresAt: null }, data: { expiresAt: times.expiresAt } });
}

export async function revokeCredentials(scope: TenantScope, deviceId: string, now: Date): Promise<void> {
  await scope.tx.credential.updateMany({
    where: { tenantId: scope.tenantId, deviceId, revokedAt: null },
    data: { revokedAt: now },
  });
}
