import type { KnownRecipients } from '@hikyaku/core';
import { type Device, Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export type DeviceRow = Omit<Device, 'tenantId'>;
/** Columns that an owner sets. */
export type DeviceValues = Omit<
  DeviceRow,
  | 'id'
  | 'learntRecipients'
  | 'unconfirmedRecipients'
  | 'refusedRecipients'
  | 'quietHours'
  | 'rules'
  | 'createdAt'
  | 'updatedAt'
  | 'deletedAt'
  | 'lastMessageAt'
  | 'digestUntil'
  | 'rhythmSeenAt'
  | 'rhythmDay'
  | 'rhythmGaps'
  | 'usualGapMinutes'
  | 'refusedSince'
  | 'refusedAt'
  | 'refusedCount'
  | 'refusedCode'
  | 'legacyTlsBefore'
  | 'contentChannelId'
  | 'contentMode'
> & { quietHours: { start: string; end: string } | null };

export async function insertDevice(scope: TenantScope, id: string, values: DeviceValues): Promise<DeviceRow> {
  return scope.tx.device.create({ data: { ...values, ...jsonOf(values), id, tenantId: scope.tenantId } });
}

/** The device that was asked for by this key, deleted ones as well. Whoever asks by the same one waits until this transaction ends, so that two at once make one. Null where nothing was made by it yet. */
export async function findDeviceByKey(scope: TenantScope, creationKey: string): Promise<DeviceRow | null> {
  await scope.tx
    .$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`device ${scope.tenantId} ${creationKey}`}, 0))`;
  return scope.tx.device.findFirst({ where: { creationKey, tenantId: scope.tenantId } });
}

/** Null for unknown, deleted and another tenant's. */
export async function findDevice(scope: TenantScope, id: string): Promise<DeviceRow | null> {
  return scope.tx.device.findFirst({ where: { id, tenantId: scope.tenantId, deletedAt: null } });
}

/** Newest first; ids are UUIDs of version 7, so their order is that of creation. `groupId`: those of one group; null: those of none. */
export async function pageDevices(
  scope: TenantScope,
  page: { limit: number; beforeId?: string | undefined; groupId?: string | null | undefined },
): Promise<DeviceRow[]> {
  return scope.tx.device.findMany({
    where: {
      tenantId: scope.tenantId,
      deletedAt: null,
      ...(page.beforeId ? { id: { lt: page.beforeId } } : {}),
      ...(page.groupId === undefined ? {} : { groupId: page.groupId }),
    },
    orderBy: { id: 'desc' },
    take: page.limit,
  });
}

/** False when there is no such device. */
export async function updateDevice(scope: TenantScope, id: string, values: Partial<DeviceValues>): Promise<boolean> {
  const { count } = await scope.tx.device.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    data: { ...values, ...jsonOf(values) },
  });
  return count === 1;
}

/** Its row as it is until this transaction ends: hand-off learns of recipients meanwhile, and waits. Null when there is no such device. */
export async function lockDevice(scope: TenantScope, id: string): Promise<DeviceRow | null> {
  await scope.tx
    .$queryRaw`SELECT 1 AS locked FROM devices WHERE id = ${id}::uuid AND tenant_id = ${scope.tenantId}::uuid FOR NO KEY UPDATE`;
  return findDevice(scope, id);
}

/** Which channel gets the content of its mails, and whether beside its mailbox. */
export async function writeContentChannel(
  scope: TenantScope,
  id: string,
  content: { contentChannelId: string | null; contentMode: DeviceRow['contentMode'] },
): Promise<void> {
  await scope.tx.device.updateMany({ where: { id, tenantId: scope.tenantId, deletedAt: null }, data: content });
}

/** Whom the owner has said what of; the edge and the mail that waits follow. */
export async function writeKnownRecipients(scope: TenantScope, id: string, known: KnownRecipients): Promise<void> {
  const { learnt, unconfirmed, refused } = known;
  await scope.tx.device.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    data: { learntRecipients: learnt, unconfirmedRecipients: unconfirmed, refusedRecipients: refused },
  });
}

/** Soft: its messages keep pointing at it. False when there is no such device. */
export async function deleteDevice(scope: TenantScope, id: string, now: Date): Promise<boolean> {
  const { count } = await scope.tx.device.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    data: { deletedAt: now },
  });
  return count === 1;
}

// Prisma tells "no value" in a JSON column from JSON's own null.
const jsonOf = (values: Partial<DeviceValues>) =>
  values.quietHours === undefined ? { quietHours: undefined } : { quietHours: values.quietHours ?? Prisma.DbNull };
