import type { FastifyRequest } from 'fastify';
import type { AccountIdentity } from '../../accounts/account.ts';
import type { SandboxContext } from '../../context.ts';
import { graphAccount } from '../graph-account.ts';
import { GRAPH_ERRORS, type GraphError } from '../graph-errors.ts';
import { mailboxOfCall } from '../send-mail.ts';

/**
 * Whose drafts a call is about: its token's own mailbox, or that of `/users/{address}` where the caller may send from it and keep drafts there. A person needs the permission for
 * shared mailboxes for that, the relay itself another role of Exchange's.
 */
export function draftAccount(
  context: SandboxContext,
  request: FastifyRequest,
  scope: string,
): AccountIdentity | GraphError {
  const { user } = request.params as { user?: string };
  if (user === undefined) return graphAccount(context, request, scope);
  const mailbox = mailboxOfCall(context, request, user.toLowerCase());
  if ('code' in mailbox) return mailbox;
  if (scope === 'Mail.Send') return mailbox.account;
  if (mailbox.isApps)
    return context.knobs.account(mailbox.account.address).hasDraftRole ? mailbox.account : GRAPH_ERRORS.accessDenied;
  const permitted = graphAccount(context, request, `${scope}.Shared`);
  return 'code' in permitted ? permitted : mailbox.account;
}
