import { TOKENS_AT_ONCE } from '@hikyaku/core';
import type { TurnRest } from '@hikyaku/db';
import type { TurnAnswer } from '@hikyaku/queue';
import type { Pace } from '@hikyaku/upstreams';

/** A turn that could not do anything about due mail must not spin. */
const IDLE_AGAIN_MS = 1_000;

/** It is out of sends with more mail due than one: what waits for the next ones goes by groups, unless a test or a first mail after quiet is among it. */
export const isOutOfSends = ({ tokens, dueCount }: Pick<TurnRest, 'tokens' | 'dueCount'>): boolean =>
  tokens < 1 && dueCount > 1;

/**
 * When an account wants its next turn: at its next due mail, its provider's time, its next allowance, whichever is last. Null: nothing waits. `isUrgent`: a test or a first mail after quiet
 * is due, which takes the first send that there is.
 */
export function nextTurn(
  rest: Omit<TurnRest, 'isEnded'>,
  pace: Pace,
  { hasSent, isUrgent }: { hasSent: boolean; isUrgent: boolean },
): TurnAnswer {
  if (rest.dueInMs === null) return null;
  const wanted = isUrgent ? 1 : Math.min(Math.max(rest.dueCount, 1), TOKENS_AT_ONCE, pace.burst);
  const allowanceMs = rest.tokens >= 1 ? 0 : ((wanted - rest.tokens) * 60_000) / pace.perMinute;
  const againInMs = Math.ceil(Math.max(rest.dueInMs, rest.restMs, allowanceMs));
  return { againInMs: hasSent ? againInMs : Math.max(againInMs, IDLE_AGAIN_MS) };
}
