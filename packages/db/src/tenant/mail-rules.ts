import type { MailRule } from '@hikyaku/core';
import { OWN_DOOR } from '@hikyaku/core';
import { Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/** A device's own rules and those of the group that it is in; null for unknown, deleted and another tenant's. */
export async function readDeviceRules(
  scope: TenantScope,
  id: string,
): Promise<{ device: MailRule[]; group: MailRule[] } | null> {
  const [row] = await scope.tx.$queryRaw<{ device: MailRule[]; group: MailRule[] }[]>`
    SELECT d.rules AS device, coalesce(n.rules, '[]') AS group FROM devices d
    LEFT JOIN device_groups n ON n.id = d.group_id AND n.tenant_id = d.tenant_id
    WHERE d.id = ${id}::uuid AND d.tenant_id = ${scope.tenantId}::uuid AND d.deleted_at IS NULL`;
  return row ?? null;
}

/** Null for unknown groups and another tenant's. */
export async function readGroupRules(scope: TenantScope, id: string): Promise<MailRule[] | null> {
  const [row] = await scope.tx.$queryRaw<{ rules: MailRule[] }[]>`
    SELECT rules FROM device_groups WHERE id = ${id}::uuid AND tenant_id = ${scope.tenantId}::uuid`;
  return row?.rules ?? null;
}

export async function writeDeviceRules(scope: TenantScope, id: string, rules: MailRule[]): Promise<void> {
  const where = { id, tenantId: scope.tenantId, deletedAt: null };
  await scope.tx.device.updateMany({ where, data: { rules } });
}

export async function writeGroupRules(scope: TenantScope, id: string, rules: MailRule[]): Promise<void> {
  await scope.tx.deviceGroup.updateMany({ where: { id, tenantId: scope.tenantId }, data: { rules } });
}

/** A mail as it came, for trying rules on it. */
export interface ArrivedMail {
  id: string;
  acceptedAt: Date;
  subject: string | null;
  /** Whom the device wrote to, whatever a rule made of it. */
  recipients: string[];
  /** Of its device, as they are now. */
  deviceRules: MailRule[];
}

/** The newest mails of a device, or of all devices of a group, that they sent themselves; newest first. */
export async function readArrivedMails(
  scope: TenantScope,
  of: { deviceId: string } | { groupId: string },
  limit: number,
): Promise<ArrivedMail[]> {
  const devices =
    'deviceId' in of ? Prisma.sql`d.id = ${of.deviceId}::uuid` : Prisma.sql`d.group_id = ${of.groupId}::uuid`;
  return scope.tx.$queryRaw<ArrivedMail[]>`
    SELECT m.id, m.accepted_at AS "acceptedAt", m.subject, d.rules AS "deviceRules",
      coalesce((SELECT ARRAY(SELECT jsonb_array_elements_text(e.data -> 'insteadOf')) FROM message_events e
        WHERE e.message_id = m.id AND e.tenant_id = m.tenant_id AND e.kind = 'rule_applied' AND e.data ? 'insteadOf' LIMIT 1), m.recipients) AS recipients
    FROM devices d CROSS JOIN LATERAL (
      SELECT * FROM (
        SELECT m.id, m.tenant_id, m.seq, m.accepted_at, m.subject, m.recipients FROM messages m
        WHERE m.tenant_id = ${scope.tenantId}::uuid AND m.device_id = d.id AND m.door <> ${OWN_DOOR} ORDER BY m.seq DESC LIMIT ${limit}
      ) newest
    ) m
    WHERE d.tenant_id = ${scope.tenantId}::uuid AND d.deleted_at IS NULL AND ${devices}
    ORDER BY m.seq DESC LIMIT ${limit}`;
}
