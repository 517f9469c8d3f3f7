import { RelayError } from '../errors/errors.ts';

/** Every state of a message (design, section 3). */
export const MESSAGE_STATES = [
  'queued',
  'sending',
  'sent',
  'deferred',
  'held',
  'in_doubt',
  'digested',
  'suppressed',
  'failed',
  'expired',
  'cancelled',
  'quarantined',
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** States in which a message is tried when its time comes: those that have a due time. */
export const WAITING_STATES = ['queued', 'deferred', 'in_doubt'] as const satisfies readonly MessageState[];

/** States in which nothing more happens by itself. Their one way out is `retried`, offered while content exists; `sent` has none. */
export const FINAL_STATES = [
  'sent',
  'failed',
  'expired',
  'cancelled',
  'suppressed',
  'quarantined',
] as const satisfies readonly MessageState[];

/**
 * What becomes of the content: `kept` while the mail may still be sent, `destroyed` in the same commit, `for_a_while` for the owner to look at
 * what went wrong and to send it again.
 */
export type ContentFate = 'kept' | 'destroyed' | 'for_a_while';

interface Move {
  from: readonly MessageState[];
  to: MessageState;
  content: ContentFate;
  /** Kind of the line in the message's story; null for what is none: a claim is told by its attempt. */
  story: string | null;
}

const move = (
  from: readonly MessageState[],
  to: MessageState,
  story: string | null,
  more: Partial<Move> = {},
): Move => ({
  from,
  to,
  story,
  content: 'kept',
  ...more,
});
const SENDING = ['sending'] as const;
const forAWhile = { content: 'for_a_while' } as const;

/**
 * The one table of a message's life: what can happen to it, from where, and what follows. SQL is made from it (packages/db, message-writer). Every
 * move but a claim is told in the outbox.
 */
const MOVES = {
  // Undone or ended within seconds, and two rows a mail in the outbox are cheaper than three.
  claimed: move(WAITING_STATES, 'sending', null),
  accepted: move(SENDING, 'sent', 'sent', { content: 'destroyed' }),
  // Its worker was taken for dead and brings the provider's word all the same, before anybody sent the mail again.
  accepted_late: move(['in_doubt'], 'sent', 'sent', { content: 'destroyed' }),
  deferred: move(SENDING, 'deferred', 'deferred'),
  rejected: move(SENDING, 'failed', 'rejected', forAWhile),
  auth_lost: move(SENDING, 'held', 'held'),
  doubted: move(SENDING, 'in_doubt', 'in_doubt'),
  lease_lost_uncommitted: move(SENDING, 'queued', 'interrupted'),
  lease_lost_committed: move(SENDING, 'in_doubt', 'in_doubt'),
  released: move(['held'], 'queued', 'released'),
  held: move(WAITING_STATES, 'held', 'held'),
  // By its owner's other mailbox, while its own cannot send (`rerouteReason`). Never what may be with somebody already.
  rerouted: move(['queued', 'deferred', 'held'], 'queued', 'rerouted'),
  expired: move([...WAITING_STATES, 'sending', 'held'], 'expired', 'expired', forAWhile),
  cancelled: move([...WAITING_STATES, 'held'], 'cancelled', 'cancelled', forAWhile),
  retried: move(['failed', 'expired', 'quarantined', 'cancelled', ...WAITING_STATES], 'queued', 'retried'),
  digested: move(['queued', 'held'], 'digested', 'digested'),
  // Beyond what its mailbox may hold: the digest has all that is kept of it.
  folded: move(['held'], 'digested', 'folded'),
  // Its mails follow a digest to its end. What one that cannot be read held may still be sent mail by mail.
  digest_sent: move(['digested'], 'sent', 'digest_sent', { content: 'destroyed' }),
  digest_failed: move(['digested'], 'failed', 'digest_failed', forAWhile),
  digest_expired: move(['digested'], 'expired', 'digest_expired', forAWhile),
  digest_cancelled: move(['digested'], 'cancelled', 'digest_cancelled', forAWhile),
  suppressed: move(['queued'], 'suppressed', 'suppressed', { content: 'destroyed' }),
  // The owner's word, or none within its time, about recipients that a device was not known to write to: of a part, from which its message's state follows.
  recipients_allowed: move(['held'], 'queued', 'recipients_allowed'),
  recipients_refused: move(['held'], 'suppressed', 'recipients_refused', { content: 'destroyed' }),
  recipients_unanswered: move(['held'], 'expired', 'recipients_unanswered', forAWhile),
  quarantined: move(['queued', 'sending'], 'quarantined', 'quarantined', forAWhile),
} satisfies Record<string, Move>;

/** What can happen to a message. */
export type MessageEventKind = keyof typeof MOVES;
export const MESSAGE_EVENTS = Object.keys(MOVES) as MessageEventKind[];

/**
 * How a message begins: in a queue, or held where its mailbox is gone or all of its recipients wait for the owner's word; at its end where a rule of the owner leaves it out; in doubt where its row was lost and nobody
 * knows how far it had come. Nothing else makes one.
 */
export const ARRIVALS = {
  arrived: { state: 'queued', code: null, story: null },
  arrived_without_mailbox: { state: 'held', code: 'upstream.auth_lost', story: 'held' },
  arrived_unconfirmed: { state: 'held', code: 'recipient.unconfirmed', story: 'recipients_unconfirmed' },
  /** By a rule of its owner; its content goes in the same commit. */
  arrived_unwanted: { state: 'suppressed', code: null, story: 'suppressed' },
  recovered: { state: 'in_doubt', code: null, story: 'recovered' },
} as const satisfies Record<string, { state: MessageState; code: string | null; story: string | null }>;

/** What follows from an event, whatever the state before. */
export function moveOf(event: MessageEventKind): Readonly<Move> {
  return MOVES[event];
}

/**
 * The next state.
 * @throws RelayError `bug.illegal_move` when the event cannot happen in that state.
 */
export function nextMessageState(state: MessageState, event: MessageEventKind): MessageState {
  const { from, to } = moveOf(event);
  if (!from.includes(state)) {
    throw new RelayError('bug.illegal_move', { internal: `event ${event} in state ${state}` });
  }
  return to;
}

/** States from which `event` is possible, for the WHERE clause of the statement that performs it. */
export function statesBefore(event: MessageEventKind): readonly MessageState[] {
  return MOVES[event].from;
}

/** States that leave the content to `fate`, whatever led there. */
export function statesOfContent(fate: ContentFate): MessageState[] {
  return [...new Set(Object.values(MOVES).flatMap(({ content, to }) => (content === fate ? [to] : [])))];
}

/** True when nothing more happens by itself. */
export function isFinalState(state: MessageState): boolean {
  return (FINAL_STATES as readonly MessageState[]).includes(state);
}
