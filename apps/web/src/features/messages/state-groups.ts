import type { MessageState } from '@hikyaku/contracts';

/** States that an owner thinks of as one. */
export const WAITING_STATES: readonly MessageState[] = ['queued', 'sending', 'deferred'];
export const ATTENTION_STATES: readonly MessageState[] = ['held', 'in_doubt', 'failed', 'expired', 'quarantined'];

// Written out here: the contract's own list would bring zod into every page.
const RANKS: Record<MessageState, number> = {
  queued: 1,
  sending: 2,
  deferred: 3,
  sent: 4,
  digested: 5,
  held: 6,
  in_doubt: 7,
  failed: 8,
  expired: 9,
  quarantined: 10,
  suppressed: 11,
  cancelled: 12,
};
/** Every state, in the order in which they are offered for choice. */
export const ALL_STATES = (Object.keys(RANKS) as MessageState[]).sort((a, b) => RANKS[a] - RANKS[b]);

export const WAITING = WAITING_STATES.join(',');
export const ATTENTION = ATTENTION_STATES.join(',');
