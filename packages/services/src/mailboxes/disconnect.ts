import { addAuditEntry, closeMailbox, findMailboxSecret } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import type { ConnectTools } from './connect-tools.ts';

export interface DisconnectTools extends Pick<ConnectTools, 'connectors' | 'tokenBox'> {
  /** Live mailboxes of a provider account in all tenants. */
  countMailboxesOfAccount(accountKey: string): Promise<number>;
}

/**
 * Takes a mailbox out of use and forgets its secret; mail that arrives for it is held, until the account is connected again or its device is given another mailbox. The grant at the provider is ended only when
 * no other tenant uses the account: Google's ends for all of them.
 * @throws RelayError `api.forbidden`, `api.not_found`
 */
export async function disconnectMailbox(context: ServiceContext, tools: DisconnectTools, id: string): Promise<void> {
  requirePermission(context, 'mailboxes.change');
  const { provider, accountKey, secretSealed } = found(await findMailboxSecret(context, id));
  await closeMailbox(context, id, context.now);
  await addAuditEntry(context, { actor: context.actor.name, action: 'mailbox.disconnected', target: id });
  const connector = provider === 'smtp' ? undefined : tools.connectors[provider];
  if (!connector || !secretSealed) return;
  context.afterCommit(async () => {
    if ((await tools.countMailboxesOfAccount(accountKey)) > 0) return;
    await connector.revoke(tools.tokenBox.open(id, secretSealed));
  });
}
