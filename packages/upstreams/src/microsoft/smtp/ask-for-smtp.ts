import type { AccountInfo, ConfidentialClientApplication } from '@azure/msal-node';
import type { ErrorCode } from '@hikyaku/core';
import { type MicrosoftConfig, SMTP_SCOPE } from '../config.ts';
import { trySmtp } from './try-smtp.ts';

/** `expiresAt`: of the token that came, which shows that the permission was given. `refused`: why large mails cannot leave that way all the same. */
export interface SmtpPermission {
  expiresAt?: number;
  refused?: ErrorCode;
}

/** A second token by the refresh token that has just come, and a login with it. Nothing of this refuses a connection. */
export async function askForSmtp(
  client: ConfidentialClientApplication,
  config: MicrosoftConfig,
  account: AccountInfo,
  accountKey: string,
): Promise<SmtpPermission> {
  if (!config.smtp) return { refused: 'upstream.smtp_off' };
  const token = await client.acquireTokenSilent({ account, scopes: [SMTP_SCOPE] }).catch(() => undefined);
  if (!token) return { refused: 'upstream.scope_missing' };
  const { username } = account;
  const refused = await trySmtp(config.smtp, { accountKey, username, accessToken: token.accessToken });
  return { expiresAt: token.expiresOn?.getTime() ?? 0, ...(refused ? { refused } : {}) };
}
