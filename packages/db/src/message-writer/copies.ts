import { createHash } from 'node:crypto';
import { isForAsked, newQueueId } from '@hikyaku/core';
import type { NewMessage } from './new-message.ts';

/** Of the mails just inserted, the copies for their devices' channels: mails of their own, so that no provider waits for the other (ADR 0037). They have the content of theirs. */
export function copiesOf(messages: NewMessage[], inserted: { id: string; copyTo: string | null }[]): NewMessage[] {
  const channels = new Map(inserted.flatMap(({ id, copyTo }) => (copyTo === null ? [] : [[id, copyTo] as const])));
  if (channels.size === 0) return [];
  return messages.flatMap((message) => {
    const channel = channels.get(message.messageId);
    if (channel === undefined) return [];
    const { messageId, rule, ...rest } = message;
    return {
      ...rest,
      messageId: copyIdOf(messageId),
      // The edge named one of its own; nobody asks for a copy's before he sees it.
      queueId: newQueueId(),
      mailboxId: channel,
      // A rule that gathers counts for the copy as well; another mailbox or other recipients do not.
      ...(rule && isForAsked(rule) && rule.rule.action !== 'mailbox' ? { rule } : {}),
      copyOf: messageId,
    } as NewMessage;
  });
}

/** The same each time, so that a mail that is handed off again has its one copy. The time in it is its mail's. */
const copyIdOf = (messageId: string): string =>
  messageId.slice(0, 24) + createHash('sha256').update(`copy of ${messageId}`).digest('hex').slice(0, 12);
