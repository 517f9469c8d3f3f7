import type { MessageDetail } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, canRetryMessage, findMessage, retryMessage } from '@hikyaku/db';
import type { TurnQueue } from '@hikyaku/queue';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { getMessage } from './get.ts';
import type { MessageReader } from './message-diagnosis.ts';

/**
 * Sends a message on its way again, now. Offered while its content exists.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.content_gone`, `api.conflict`
 */
export async function retryMessageNow(
  context: ServiceContext,
  tools: { queue: Pick<TurnQueue, 'wake'> },
  reader: MessageReader,
  id: string,
): Promise<MessageDetail> {
  requirePermission(context, 'messages.change');
  const row = found(await findMessage(context, id));
  if (row.contentDestroyedAt) throw new RelayError('api.content_gone');
  if (!canRetryMessage(row)) throw new RelayError('api.conflict', { internal: `retry in state ${row.state}` });
  if ((await retryMessage(context, id)) === null) throw new RelayError('api.conflict', { internal: 'it moved' });
  await addAuditEntry(context, { actor: context.actor.name, action: 'message.retried', target: id });
  const { accountKey } = row;
  if (accountKey) context.afterCommit(() => tools.queue.wake([accountKey]));
  return getMessage(context, reader, id);
}
