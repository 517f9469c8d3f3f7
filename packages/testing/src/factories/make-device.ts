import { newId, newPassword, newUsername } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import type { PasswordDigester } from '@hikyaku/vault';
import { insertRow } from './insert-row.ts';

export interface TestDevice {
  id: string;
  tenant_id: string;
  mailbox_id: string;
  name: string;
}

export interface TestCredential {
  id: string;
  username: string;
  password: string;
}

/** A device that may send to anybody, and its credential. Its password opens only what was made with the same `digester`. */
export async function makeDevice(
  owner: Database,
  digester: PasswordDigester,
  row: { tenant_id: string; mailbox_id: string } & Record<string, unknown>,
): Promise<{ device: TestDevice; credential: TestCredential }> {
  const device = await insertRow<TestDevice>(owner, 'devices', { id: newId(), name: 'Front door camera', ...row });
  return { device, credential: await makeCredential(owner, digester, device) };
}

/** One more credential; give the `username` of the first one for a rotation. */
export async function makeCredential(
  owner: Database,
  digester: PasswordDigester,
  device: { id: string; tenant_id: string },
  row: Record<string, unknown> = {},
): Promise<TestCredential> {
  const password = newPassword();
  const stored = await insertRow<{ id: string; username: string }>(owner, 'credentials', {
    id: newId(),
    tenant_id: device.tenant_id,
    device_id: device.id,
    username: newUsername(),
    password_digest: digester.digest(password),
    ...row,
  });
  return { id: stored.id, username: stored.username, password };
}
