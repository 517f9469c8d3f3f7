import type { CredentialRotate, DeviceWithCredential } from '@hikyaku/contracts';
import { newUsername } from '@hikyaku/core';
import { addAuditEntry, expireCredentials, findDevice, listLiveCredentials } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { getDevice } from './get.ts';
import { type CredentialTools, issueCredential } from './issue-credential.ts';

/**
 * A new password for the same user name. The old one works on for the minutes that the owner gives it, and those before it as long as they were given.
 * @throws RelayError `api.forbidden`, `api.not_found`
 */
export async function rotateCredential(
  context: ServiceContext,
  tools: CredentialTools,
  id: string,
  input: CredentialRotate,
): Promise<DeviceWithCredential> {
  requirePermission(context, 'devices.change');
  found(await findDevice(context, id));
  const [current] = await listLiveCredentials(context, [id], context.now);
  const expiresAt = new Date(context.now.getTime() + input.keepOldMinutes * 60_000);
  await expireCredentials(context, id, { now: context.now, expiresAt });
  const credential = await issueCredential(context, tools, {
    deviceId: id,
    username: current?.username ?? newUsername(),
  });
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'device.credential_rotated',
    target: id,
    data: { keepOldMinutes: input.keepOldMinutes },
  });
  return { device: await getDevice(context, tools.access, id), credential };
}
