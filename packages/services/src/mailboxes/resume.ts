import { ERROR_TABLE, type ErrorCode, mendOf, RelayError } from '@hikyaku/core';
import { addAuditEntry, findMailbox, openAgain } from '@hikyaku/db';
import { isAppOnly } from '@hikyaku/upstreams';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import type { ConnectTools } from './connect-tools.ts';

/**
 * Takes a mailbox into use again that was closed for something to be mended at its provider; its held mail leaves. Where nothing was mended the
 * first mail closes it again. One that is in use stays so.
 * @throws RelayError `api.forbidden`, `api.not_found`; the mailbox's own code where it must be connected again
 */
export async function resumeMailbox(
  context: ServiceContext,
  tools: Pick<ConnectTools, 'releaseHeld'>,
  id: string,
): Promise<void> {
  requirePermission(context, 'mailboxes.change');
  const { state, stateCode, accountKey } = found(await findMailbox(context, id));
  if (state === 'active') return;
  if (mendOf(stateCode, isAppOnly(accountKey)) === 'reconnect') {
    throw new RelayError(
      stateCode !== null && stateCode in ERROR_TABLE ? (stateCode as ErrorCode) : 'upstream.auth_lost',
    );
  }
  await openAgain(context, id, stateCode);
  await addAuditEntry(context, { actor: context.actor.name, action: 'mailbox.resumed', target: id });
  context.afterCommit(() => tools.releaseHeld({ id, accountKey }));
}
