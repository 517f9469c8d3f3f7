import { type MessageEventKind, moveOf, statesBefore, WAITING_STATES } from '@hikyaku/core';
import { mayBeSent, quoted } from '../system/worker/message-conditions.ts';
import { DIGEST_NET } from './digest-windows.ts';
import { tellMoves } from './tell-moves.ts';

/** How a digest ends, for the mails in it. */
export type DigestEnd = Extract<MessageEventKind, `digest_${string}`>;

/** A move of all messages that a condition finds: SQL by parts, `m` being the message. */
interface SetMove {
  event: Extract<
    MessageEventKind,
    'held' | 'released' | 'rerouted' | 'retried' | 'cancelled' | 'digested' | 'folded' | DigestEnd
  >;
  /** Tables that the condition and the values need, as in UPDATE … FROM. */
  from?: string;
  where: string;
  /** The reason of the new state; none without it. */
  stateCode?: string;
  /** When the message is put into a digest; null, and without it: it is not gathered. */
  digestAt?: string;
  /** More columns to set. */
  set?: string;
  /** Milliseconds that content which comes to an end is kept for, as a parameter. */
  contentForMs?: string;
  /** Data of the line in the story; the old state is `moved.was`, the reason `moved.state_code`. */
  storyData?: string;
}

const MS = `interval '1 millisecond'`;

/**
 * SQL: CTEs that move messages by core's table, with their unfinished parts, a line in each story and the outbox; ends in a CTE `moved` (id,
 * tenant_id, device_id, mailbox_id, was, state, state_code) for the caller's SELECT. Whatever the condition finds, only messages in a state in
 * which the event is possible move. Parts that wait for their owner's word are passed over, but where all of the mail is cancelled.
 */
export function moveMessages(move: SetMove): string {
  const { to, content, story } = moveOf(move.event);
  const isTried = (WAITING_STATES as readonly string[]).includes(to);
  const mayMove = move.event === 'cancelled' ? 'p.sent_at IS NULL' : mayBeSent('p');
  const dueAt = move.digestAt ? `coalesce(${move.digestAt} + ${DIGEST_NET}, now())` : 'now()';
  const until =
    content === 'for_a_while'
      ? `CASE WHEN m.content_destroyed_at IS NULL THEN now() + ${move.contentForMs} * ${MS} END`
      : 'NULL';
  return `
  moved AS (
    UPDATE messages m SET state = '${to}', state_code = ${move.stateCode ?? 'NULL'}, due_at = ${isTried ? dueAt : 'NULL'},
      digest_at = ${move.digestAt ?? 'NULL'}, content_until = ${until}${move.set ? `, ${move.set}` : ''}
    ${move.from ? `FROM ${move.from}` : ''}
    WHERE ${move.where} AND m.state::text IN (${quoted(statesBefore(move.event))})
    RETURNING m.id, m.tenant_id, m.device_id, m.mailbox_id, old.state::text AS was, m.state::text AS state, m.state_code
  ), parts_moved AS (
    UPDATE parts p SET state = '${to}', state_code = moved.state_code, due_at = ${isTried ? 'now()' : 'NULL'} FROM moved
    WHERE p.message_id = moved.id AND ${mayMove}
  ), story AS (
    INSERT INTO message_events (message_id, tenant_id, kind, data) SELECT id, tenant_id, '${story}', ${move.storyData ?? 'NULL::jsonb'} FROM moved
  ), told AS (${tellMoves('moved')}
  )`;
}
