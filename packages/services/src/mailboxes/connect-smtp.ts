import type { ConnectSmtp } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { findMailbox } from '@hikyaku/db';
import { type SmtpAccount, type SmtpTest, smtpAccountKey, writeSmtpSecret } from '@hikyaku/upstreams';
import { requirePermission } from '../actor.ts';
import { found } from '../context.ts';
import type { InTenant } from './connect-finish.ts';
import type { ConnectTools } from './connect-tools.ts';
import { writeConnected } from './write-connected.ts';

export interface ConnectSmtpTools extends Pick<ConnectTools, 'tokenBox' | 'environment' | 'releaseHeld'> {
  /** Undefined in sandbox mode: no mail may leave. */
  testSmtp?: SmtpTest | undefined;
}

/**
 * Connects an SMTP account once the server has taken its password; no transaction is open while it is asked. The same account again is the same
 * mailbox, with its devices. Returns the mailbox's id.
 * @throws RelayError `api.forbidden`, `oauth.provider_off`, `oauth.wrong_account`, and what the test throws
 */
export async function connectSmtp(inTenant: InTenant, tools: ConnectSmtpTools, asked: ConnectSmtp): Promise<string> {
  const { address, mailboxId, host, port, security, username } = asked;
  // App passwords are shown in groups of four, and typed so.
  const isAppPassword = /^[a-z]{4}([ -][a-z]{4}){3}$/.test(asked.password);
  const password = isAppPassword ? asked.password.replace(/[ -]/g, '') : asked.password;
  const account: SmtpAccount = { host: host.toLowerCase(), port, security, username, password };
  const accountKey = smtpAccountKey(account);
  const { testSmtp } = tools;

  await inTenant(async (context) => {
    requirePermission(context, 'mailboxes.change');
    if (!testSmtp) throw new RelayError('oauth.provider_off', { internal: 'smtp' });
    if (!mailboxId) return;
    const mailbox = found(await findMailbox(context, mailboxId));
    if (mailbox.accountKey !== accountKey) throw new RelayError('oauth.wrong_account');
  });
  await testSmtp?.(account);

  return inTenant(async (context) => {
    requirePermission(context, 'mailboxes.change');
    return writeConnected(
      context,
      tools,
      { provider: 'smtp', accountKey, address, signInName: null, displayName: null, scopes: [] },
      writeSmtpSecret(account),
    );
  });
}
