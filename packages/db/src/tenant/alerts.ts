import { ALERTS, type AlertCode, type MessageState } from '@hikyaku/core';
import { type Alert, type AlertChannel, type AlertDelivery, Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export type AlertRow = Omit<Alert, 'tenantId' | 'code'> & {
  code: AlertCode;
  subjectName: string | null;
  /** It is about a channel that pictures go to. */
  isChannel: boolean;
};
export type AlertChannelRow = Omit<AlertChannel, 'tenantId' | 'configSealed' | 'deletedAt'>;
export type AlertDeliveryRow = Omit<AlertDelivery, 'tenantId' | 'leaseUntil'>;

/** Newest first, of codes that this release knows; `isOpen`: those that go on. With the name of what each is about, also of what was taken away since. */
export async function pageAlerts(
  scope: TenantScope,
  page: { limit: number; beforeId?: string | undefined; isOpen: boolean },
): Promise<AlertRow[]> {
  const { tenantId, tx } = scope;
  const rows = await tx.alert.findMany({
    where: {
      tenantId,
      code: { in: Object.keys(ALERTS) },
      ...(page.beforeId ? { id: { lt: page.beforeId } } : {}),
      ...(page.isOpen ? { endedAt: null } : {}),
    },
    orderBy: { id: 'desc' },
    take: page.limit,
    omit: { tenantId: true },
  });
  const ids = [...new Set(rows.map(({ subjectId }) => subjectId))];
  const where = { tenantId, id: { in: ids } };
  const devices = await tx.device.findMany({ where, select: { id: true, name: true } });
  const mailboxes = await tx.mailbox.findMany({
    where,
    select: { id: true, address: true, displayName: true, provider: true },
  });
  const names = new Map([
    ...devices.map(({ id, name }) => [id, name] as const),
    ...mailboxes.map(
      ({ id, address, displayName, provider }) => [id, provider === 'channel' ? displayName : address] as const,
    ),
  ]);
  const channels = new Set(mailboxes.flatMap(({ id, provider }) => (provider === 'channel' ? [id] : [])));
  return rows.map((row) => ({
    ...row,
    code: row.code as AlertCode,
    subjectName: names.get(row.subjectId) ?? null,
    isChannel: channels.has(row.subjectId),
  }));
}

/** False for unknown ones and another tenant's. */
export async function markAlertSeen(scope: TenantScope, id: string, at: Date): Promise<boolean> {
  const { tenantId, tx } = scope;
  const { count } = await tx.alert.updateMany({ where: { id, tenantId, seenAt: null }, data: { seenAt: at } });
  return count > 0 || (await tx.alert.count({ where: { id, tenantId } })) > 0;
}

const CHANNEL = { tenantId: true, configSealed: true, deletedAt: true } as const;

export async function listChannels(scope: TenantScope): Promise<AlertChannelRow[]> {
  return scope.tx.alertChannel.findMany({
    where: { tenantId: scope.tenantId, deletedAt: null },
    orderBy: { createdAt: 'asc' },
    omit: CHANNEL,
  });
}

export async function insertChannel(
  scope: TenantScope,
  channel: Pick<AlertChannel, 'id' | 'kind' | 'name' | 'language' | 'target'> & { configSealed: Buffer },
): Promise<AlertChannelRow> {
  const { configSealed, ...rest } = channel;
  return scope.tx.alertChannel.create({
    data: { ...rest, configSealed: new Uint8Array(configSealed), tenantId: scope.tenantId },
    omit: CHANNEL,
  });
}

/** With its sealed address and secrets; null for unknown ones, removed ones and another tenant's. */
export async function findChannel(
  scope: TenantScope,
  id: string,
): Promise<(AlertChannelRow & { configSealed: Uint8Array }) | null> {
  return scope.tx.alertChannel.findFirst({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    omit: { tenantId: true, deletedAt: true },
  });
}

/** False for unknown ones, removed ones and another tenant's. `quietHours`: null for none. */
export async function changeChannel(
  scope: TenantScope,
  id: string,
  change: { name?: string | undefined; language?: string | undefined; quietHours?: object | null | undefined },
): Promise<boolean> {
  const { name, language, quietHours } = change;
  const quiet = quietHours === undefined ? {} : { quietHours: quietHours ?? Prisma.DbNull };
  const { count } = await scope.tx.alertChannel.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    data: { ...(name ? { name } : {}), ...(language ? { language } : {}), ...quiet },
  });
  return count > 0;
}

export async function changeChannelConfig(scope: TenantScope, id: string, configSealed: Buffer): Promise<void> {
  await scope.tx.alertChannel.updateMany({
    where: { id, tenantId: scope.tenantId },
    data: { configSealed: new Uint8Array(configSealed) },
  });
}

/** Nothing more is told by it; its row stays, so that a tenant that wants none is given none. */
export async function removeChannel(scope: TenantScope, id: string, at: Date): Promise<void> {
  const { tenantId, tx } = scope;
  await tx.alertChannel.updateMany({
    where: { id, tenantId },
    data: { deletedAt: at, configSealed: new Uint8Array() },
  });
  await tx.alertDelivery.updateMany({
    where: { channelId: id, tenantId, dueAt: { not: null } },
    data: { dueAt: null },
  });
}

const DELIVERY = { tenantId: true, leaseUntil: true } as const;

/** Newest first; with the state of the mail that tells it, where it is told by one of the tenant's own. */
export async function listDeliveries(
  scope: TenantScope,
  channelId: string,
  limit: number,
): Promise<(AlertDeliveryRow & { mailState: MessageState | null })[]> {
  const rows = await scope.tx.alertDelivery.findMany({
    where: { tenantId: scope.tenantId, channelId },
    orderBy: { id: 'desc' },
    take: limit,
    omit: DELIVERY,
  });
  const ids = rows.flatMap(({ noteId }) => noteId ?? []);
  const mails = await scope.tx.message.findMany({
    where: { tenantId: scope.tenantId, id: { in: ids } },
    select: { id: true, state: true },
  });
  const states = new Map(mails.map(({ id, state }) => [id, state as MessageState]));
  return rows.map((row) => ({ ...row, mailState: states.get(row.noteId ?? '') ?? null }));
}

export async function insertTest(scope: TenantScope, id: string, channelId: string, at: Date): Promise<void> {
  await scope.tx.alertDelivery.createMany({
    data: [{ id, tenantId: scope.tenantId, channelId, telling: 'test', dueAt: at }],
  });
}

/** Null for unknown ones and another tenant's. */
export async function findDelivery(scope: TenantScope, id: string): Promise<AlertDeliveryRow | null> {
  return scope.tx.alertDelivery.findFirst({ where: { id, tenantId: scope.tenantId }, omit: DELIVERY });
}

/** Due again, as if it had never been tried; what waits anyway is left alone. */
export async function retryDelivery(scope: TenantScope, id: string, at: Date): Promise<void> {
  await scope.tx.alertDelivery.updateMany({
    where: { id, tenantId: scope.tenantId, dueAt: null },
    data: { dueAt: at, tries: 0 },
  });
}

/** Tells the same once more, as a message of its own: the first one stays what it was. */
export async function repeatDelivery(
  scope: TenantScope,
  { channelId, alertId, telling }: Pick<AlertDeliveryRow, 'channelId' | 'alertId' | 'telling'>,
  at: Date,
): Promise<void> {
  await scope.tx.alertDelivery.createMany({
    data: [{ tenantId: scope.tenantId, channelId, alertId, telling, dueAt: at }],
  });
}
