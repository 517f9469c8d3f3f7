import type { SmtpAccess } from '@hikyaku/contracts';
import { findMailboxSecret } from '@hikyaku/db';
import { readSmtpSecret } from '@hikyaku/upstreams';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import type { ConnectTools } from './connect-tools.ts';

/**
 * Where an SMTP mailbox signs in, so that its owner types a new password and nothing else.
 * @throws RelayError `api.forbidden`; `api.not_found`, also for a mailbox of another kind or one whose secret cannot be read
 */
export async function describeSmtp(
  context: ServiceContext,
  { tokenBox }: Pick<ConnectTools, 'tokenBox'>,
  id: string,
): Promise<SmtpAccess> {
  requirePermission(context, 'mailboxes.change');
  const { provider, address, secretSealed } = found(await findMailboxSecret(context, id));
  const account = provider === 'smtp' && secretSealed ? readSmtpSecret(tokenBox.open(id, secretSealed)) : undefined;
  const { host, port, security, username } = found(account);
  return { address, host, port, security, username };
}
