import {
  DEVICE_POLICY_DEFAULTS,
  type DeviceCreate,
  type DeviceWithCredential,
  readLegacyTls,
} from '@hikyaku/contracts';
import { newId, newUsername } from '@hikyaku/core';
import { addAuditEntry, insertDevice, listLiveCredentials } from '@hikyaku/db';
import { type DeviceFamily, deviceFamilies } from '@hikyaku/devices';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { requireRoomForDevice } from '../limits/check-devices.ts';
import { requireRoomForRecipients } from '../limits/check-recipients.ts';
import { describeDevice } from './describe.ts';
import { type CredentialTools, issueCredential } from './issue-credential.ts';
import { checkPolicy, distinctRecipients } from './policy-values.ts';

/**
 * A new device with its first credential.
 * @throws RelayError `api.forbidden`, `api.invalid`, `limit.devices`, `limit.recipients`, `limit.new_recipients`
 */
export async function createDevice(
  context: ServiceContext,
  tools: CredentialTools,
  input: DeviceCreate,
): Promise<DeviceWithCredential> {
  requirePermission(context, 'devices.change');
  const policy = { ...DEVICE_POLICY_DEFAULTS, ...stormDefaults(input.family), ...withoutUndefined(input) };
  const values = {
    ...policy,
    recipients: distinctRecipients(policy.recipients),
    recipientDomains: [...new Set(policy.recipientDomains)],
    legacyTls: readLegacyTls(policy.legacyTls),
    groupId: policy.groupId ?? null,
    senderId: policy.senderId ?? null,
    disabledAt: null,
  };
  await checkPolicy(context, values, input);
  await requireRoomForDevice(context);
  await requireRoomForRecipients(context, values);
  const row = await insertDevice(context, newId(context.now.getTime()), values);
  // 23 × 31^8 user names, each given once and for ever (a trigger refuses a second owner).
  const credential = await issueCredential(context, tools, { deviceId: row.id, username: newUsername() });
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'device.created',
    target: row.id,
    data: { name: row.name },
  });
  const live = await listLiveCredentials(context, [row.id], context.now);
  return { device: describeDevice(row, live, tools.access), credential };
}

/** Kinds of devices whose mails come in storms: wind in a tree is a mail a second. */
const STORMY: readonly (DeviceFamily['kind'] | undefined)[] = ['camera', 'recorder'];

function stormDefaults(family: string | null | undefined): { digestMinutes?: number } {
  const kind = deviceFamilies.find(({ id }) => id === family)?.kind;
  return STORMY.includes(kind) ? { digestMinutes: 1 } : {};
}

function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
