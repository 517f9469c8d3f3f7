import type { MessageDetail } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, cancelMessage, findMessage } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { getMessage } from './get.ts';
import type { MessageReader } from './message-diagnosis.ts';

/**
 * Takes a message that waits out of the way: it is not sent unless the owner sends it again while its content lives.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.conflict` when it does not wait (it is being sent, or has come to an end)
 */
export async function cancelMessageNow(
  context: ServiceContext,
  settings: { failedContentMs: number },
  reader: MessageReader,
  id: string,
): Promise<MessageDetail> {
  requirePermission(context, 'messages.change');
  const row = found(await findMessage(context, id));
  if ((await cancelMessage(context, id, settings.failedContentMs)) === null) {
    throw new RelayError('api.conflict', { internal: `cancel in state ${row.state}` });
  }
  await addAuditEntry(context, { actor: context.actor.name, action: 'message.cancelled', target: id });
  return getMessage(context, reader, id);
}
