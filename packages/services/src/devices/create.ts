import {
  DEVICE_POLICY_DEFAULTS,
  type DeviceCreate,
  type DeviceWithCredential,
  readLegacyTls,
} from '@hikyaku/contracts';
import { newId, newUsername } from '@hikyaku/core';
import { addAuditEntry, findDeviceByKey, insertDevice, listLiveCredentials } from '@hikyaku/db';
import { type DeviceFamily, deviceFamilies } from '@hikyaku/devices';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { requireRoomForDevice } from '../limits/check-devices.ts';
import { requireRoomForRecipients } from '../limits/check-recipients.ts';
import { describeDevice } from './describe.ts';
import { type CredentialTools, issueCredential } from './issue-credential.ts';
import { checkPolicy, distinctRecipients } from './policy-values.ts';
import { rotateCredential } from './rotate-credential.ts';

/** How long the password works that nobody may have seen. */
const UNSEEN_MINUTES = 60;

/**
 * A new device with its first credential. Asked for again by the same `creationKey` it is the one that was made, with a new password: the first
 * answer, the only one with that password, was lost.
 * @throws RelayError `api.forbidden`, `api.invalid`, `limit.devices`, `limit.recipients`, `limit.new_recipients`
 */
export async function createDevice(
  context: ServiceContext,
  tools: CredentialTools,
  input: DeviceCreate,
): Promise<DeviceWithCredential> {
  requirePermission(context, 'devices.change');
  const made = input.creationKey ? await findDeviceByKey(context, input.creationKey) : null;
  if (made && !made.deletedAt) return rotateCredential(context, tools, made.id, { keepOldMinutes: UNSEEN_MINUTES });
  const policy = { ...DEVICE_POLICY_DEFAULTS, ...stormDefaults(input.family), ...withoutUndefined(input) };
  const values = {
    ...policy,
    recipients: distinctRecipients(policy.recipients),
    recipientDomains: [...new Set(policy.recipientDomains)],
    legacyTls: readLegacyTls(policy.legacyTls),
    groupId: policy.groupId ?? null,
    senderId: policy.senderId ?? null,
    // The key of one that was deleted stays with it.
    creationKey: made ? null : (policy.creationKey ?? null),
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
