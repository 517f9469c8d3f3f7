import type { MessageState } from '@hikyaku/contracts';

/** States that an owner thinks of as one. */
export const WAITING_STATES: readonly MessageState[] = ['queued', 'sending', 'deferred'];
export const ATTENTION_STATES: readonly MessageState[] = ['held', 'in_doubt', 'failed', 'expired', 'quarantined'];
export const HANDED_OVER_STATES: readonly MessageState[] = ['sent', 'digested'];

export const WAITING = WAITING_STATES.join(',');
export const ATTENTION = ATTENTION_STATES.join(',');
