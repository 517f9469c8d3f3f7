import type { DeviceCredential } from '@hikyaku/contracts';
import { newPassword } from '@hikyaku/core';
import { insertCredential } from '@hikyaku/db';
import type { PasswordDigester } from '@hikyaku/vault';
import type { ServiceContext } from '../context.ts';
import { loginOf, type SmtpAccess } from './describe.ts';

export interface CredentialTools {
  digester: PasswordDigester;
  access: SmtpAccess;
}

/** Gives a device a new password; this answer is the only place where it is ever readable. */
export async function issueCredential(
  context: ServiceContext,
  tools: CredentialTools,
  of: { deviceId: string; username: string },
): Promise<DeviceCredential> {
  const password = newPassword();
  await insertCredential(context, { ...of, passwordDigest: tools.digester.digest(password) });
  const { host, ports } = tools.access;
  return { username: of.username, login: loginOf(of.username, tools.access), password, host, ports };
}
