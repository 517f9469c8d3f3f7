import { createHash } from 'node:crypto';
import { isForAsked, newQueueId } from '@hikyaku/core';
import type pg from 'pg';
import type { NewMessage } from './new-message.ts';

/** Copies that wait for one channel: a chat that is away for a day holds so much content and no more. Its owner is told that it is late, and has the mail. */
const MOST_WAITING = 2_000;
const WITH_ROOM = `SELECT b.id FROM mailboxes b WHERE b.id = ANY ($1::uuid[])
  AND (SELECT count(*) FROM (SELECT FROM messages m WHERE m.account_key = b.account_key AND m.due_at IS NOT NULL LIMIT ${MOST_WAITING}) few) < ${MOST_WAITING}`;

/** Of the mails just inserted, the copies for their devices' channels: mails of their own, so that no provider waits for the other (ADR 0037). They have the content of theirs. */
export async function copiesOf(
  client: pg.PoolClient,
  messages: NewMessage[],
  inserted: { id: string; copyTo: string | null }[],
): Promise<NewMessage[]> {
  const wanted = inserted.flatMap(({ id, copyTo }) => (copyTo === null ? [] : [[id, copyTo] as const]));
  if (wanted.length === 0) return [];
  const { rows } = await client.query<{ id: string }>(WITH_ROOM, [wanted.map(([, channel]) => channel)]);
  const open = new Set(rows.map(({ id }) => id));
  const channels = new Map(wanted.filter(([, channel]) => open.has(channel)));
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
