import { RelayError } from './errors.ts';

/** Every state of a message (design, section 3). Final ones have no way out but `retry`, offered only while content exists. */
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

/** What can happen to a message. */
export type MessageEventKind =
  | 'claimed'
  | 'accepted'
  | 'deferred'
  | 'rejected'
  | 'auth_lost'
  | 'doubted'
  | 'lease_lost_uncommitted'
  | 'lease_lost_committed'
  | 'released'
  | 'held'
  | 'expired'
  | 'cancelled'
  | 'retried'
  | 'digested'
  | 'suppressed'
  | 'quarantined';

const WAITING = ['queued', 'deferred', 'in_doubt'] as const;

const MOVES: Record<MessageEventKind, { from: readonly MessageState[]; to: MessageState }> = {
  claimed: { from: WAITING, to: 'sending' },
  accepted: { from: ['sending'], to: 'sent' },
  deferred: { from: ['sending'], to: 'deferred' },
  rejected: { from: ['sending'], to: 'failed' },
  auth_lost: { from: ['sending'], to: 'held' },
  doubted: { from: ['sending'], to: 'in_doubt' },
  lease_lost_uncommitted: { from: ['sending'], to: 'queued' },
  lease_lost_committed: { from: ['sending'], to: 'in_doubt' },
  released: { from: ['held'], to: 'queued' },
  held: { from: [...WAITING, 'sending'], to: 'held' },
  expired: { from: [...WAITING, 'sending', 'held'], to: 'expired' },
  cancelled: { from: [...WAITING, 'held'], to: 'cancelled' },
  retried: { from: ['failed', 'expired', 'quarantined', ...WAITING], to: 'queued' },
  digested: { from: ['queued', 'held'], to: 'digested' },
  suppressed: { from: ['queued'], to: 'suppressed' },
  quarantined: { from: ['queued', 'sending'], to: 'quarantined' },
};

/**
 * The next state, the one function that moves a message.
 * @throws RelayError `bug.illegal_move` when the event cannot happen in that state.
 */
export function nextMessageState(state: MessageState, event: MessageEventKind): MessageState {
  const move = MOVES[event];
  if (!move.from.includes(state)) {
    throw new RelayError('bug.illegal_move', { internal: `event ${event} in state ${state}` });
  }
  return move.to;
}

/** States from which `event` is possible, for the WHERE clause of the statement that performs it. */
export function statesBefore(event: MessageEventKind): readonly MessageState[] {
  return MOVES[event].from;
}

const FINAL: readonly MessageState[] = [
  'sent',
  'failed',
  'expired',
  'cancelled',
  'suppressed',
  'digested',
  'quarantined',
];

/** True when nothing more happens by itself. */
export function isFinalState(state: MessageState): boolean {
  return FINAL.includes(state);
}
