import { addAuditEntry, type ConnectedAccount, connectMailbox } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import type { ConnectTools } from './connect-tools.ts';

/**
 * Writes a mailbox whose account has shown itself: a new one, or the same account's again, with its devices. Its secret is sealed, the audit log told, and what
 * was held for it let go after the commit. Returns the mailbox's id.
 */
export async function writeConnected(
  context: ServiceContext,
  tools: Pick<ConnectTools, 'environment' | 'tokenBox' | 'releaseHeld'>,
  account: Omit<ConnectedAccount, 'environment'>,
  secret: string,
): Promise<string> {
  const { id, isNew } = await connectMailbox(context, { ...account, environment: tools.environment }, (mailboxId) =>
    tools.tokenBox.seal(mailboxId, secret),
  );
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: isNew ? 'mailbox.connected' : 'mailbox.reconnected',
    target: id,
    data: { provider: account.provider, address: account.address },
  });
  context.afterCommit(() => tools.releaseHeld({ id, accountKey: account.accountKey }));
  return id;
}
