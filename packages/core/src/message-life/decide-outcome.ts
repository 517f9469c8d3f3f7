import { ERROR_TABLE, type ErrorCode } from '../errors/errors.ts';
import type { SendResult } from '../transport.ts';
import { type MessageEventKind, type MessageState, nextMessageState } from './moves.ts';
import { planDelay, providerDelay } from './retry-delay.ts';

/** Settings that decide when a mail is tried again, and for how long it is kept. Milliseconds. */
export interface OutcomePlans {
  retryMs: readonly number[];
  inDoubtMs: readonly number[];
  expireAfterMs: number;
  failedContentMs: number;
}

/** What happened to the message before this attempt. */
export interface AttemptHistory {
  deferrals: number;
  doubts: number;
  /** Claims that ended without a first byte and without a word. */
  abandons: number;
  /** For how long it has been tried, since the owner's last retry; without the time for which it was held. */
  ageMs: number;
}

export type AttemptOutcome = 'accepted' | 'deferred' | 'rejected' | 'auth_lost' | 'in_doubt' | 'abandoned';

/** Everything that follows for a part from the end of one attempt; what it means for the message, with its other parts, is `stateOfParts`. Times are milliseconds from now, by Postgres's clock. */
export interface Outcome {
  event: MessageEventKind;
  state: MessageState;
  stateCode: ErrorCode | null;
  attempt: { outcome: AttemptOutcome; status: number | null; code: string | null; text: string | null };
  /** Set exactly in states that are tried again. */
  dueInMs: number | null;
  /** Nothing of this provider account is sent before then. */
  accountRestMs: number | null;
  /** The mailbox must be connected again, for this reason. */
  reconnectCode: ErrorCode | null;
}

/** The attempts table keeps the provider's words that long. */
const MAX_TEXT = 500;

const quiet = { dueInMs: null, accountRestMs: null, reconnectCode: null };

/** What follows from a transport's answer. Pure: the same answer, history, plans and random numbers give the same outcome. */
export function decideOutcome(
  result: SendResult,
  history: AttemptHistory,
  plans: OutcomePlans,
  random: () => number,
): Outcome {
  switch (result.outcome) {
    case 'accepted': {
      // Taken for some: those refused for now are tried again alone, so the content stays.
      const later = result.recipients?.find(({ outcome }) => outcome === 'deferred');
      if (later) {
        const words = { ...later, code: later.code ?? 'upstream.throttled' };
        return deferred({ ...words, outcome: 'deferred', scope: 'message' }, history, plans, random);
      }
      return {
        ...quiet,
        ...moved('accepted'),
        stateCode: null,
        attempt: { outcome: 'accepted', status: result.status, code: null, text: null },
      };
    }
    case 'rejected':
      return {
        ...quiet,
        ...moved(ERROR_TABLE[result.code].job === 'quarantine' ? 'quarantined' : 'rejected'),
        stateCode: result.code,
        attempt: attemptOf('rejected', result),
      };
    case 'auth_lost':
      // Only what reconnecting can mend may close a mailbox: a bad client secret of ours must not close every one.
      if (ERROR_TABLE[result.code].job !== 'hold') {
        return deferred({ ...result, outcome: 'deferred', scope: 'account' }, history, plans, random);
      }
      return {
        ...quiet,
        ...moved('auth_lost'),
        stateCode: result.code,
        attempt: attemptOf('auth_lost', result),
        reconnectCode: result.code,
      };
    case 'deferred':
      return deferred(result, history, plans, random);
    case 'in_doubt':
      return {
        ...doubted('doubted', result.code, attemptOf('in_doubt', result), history, plans, random),
        accountRestMs: result.scope === 'account' ? planDelay(plans.retryMs, history.doubts, random) : null,
      };
  }
}

/** A worker that died or lost Postgres: past the commit point the mail may be on its way, before it nothing was sent. */
export function decideLostLease(
  wasCommitted: boolean,
  history: AttemptHistory,
  plans: OutcomePlans,
  random: () => number,
): Outcome {
  if (wasCommitted) {
    const attempt = { outcome: 'in_doubt', status: null, code: 'upstream.in_doubt', text: null } as const;
    return doubted('lease_lost_committed', 'upstream.in_doubt', attempt, history, plans, random);
  }
  return {
    ...quiet,
    ...moved('lease_lost_uncommitted'),
    stateCode: null,
    attempt: { outcome: 'abandoned', status: null, code: null, text: null },
    // At once, but a mail that ends its worker again and again may not do so in a loop.
    dueInMs: history.abandons < 3 ? 0 : planDelay(plans.retryMs, history.abandons - 3, random),
  };
}

function deferred(
  result: Extract<SendResult, { outcome: 'deferred' }>,
  history: AttemptHistory,
  plans: OutcomePlans,
  random: () => number,
): Outcome {
  const attempt = attemptOf('deferred', result);
  const planned = planDelay(plans.retryMs, history.deferrals, random);
  const waitOf = (deferrals: number): number | null =>
    result.retryAfterMs === undefined ? null : providerDelay(result.retryAfterMs, plans.retryMs, deferrals, random);
  const named = waitOf(history.deferrals);
  // The account's other mail has not been refused as often as this one: it waits the shortest time.
  const rest = result.scope === 'account' ? (waitOf(0) ?? planned) : null;
  const leftMs = plans.expireAfterMs - history.ageMs;
  if (leftMs <= 0) return expired(result.code, attempt, rest);
  // A last try at the very end of its time, unless the provider named a later one.
  const dueInMs = named ?? Math.min(planned, Math.ceil(leftMs));
  return { ...quiet, ...moved('deferred'), stateCode: result.code, attempt, dueInMs, accountRestMs: rest };
}

function doubted(
  event: 'doubted' | 'lease_lost_committed',
  code: ErrorCode,
  attempt: Outcome['attempt'],
  history: AttemptHistory,
  plans: OutcomePlans,
  random: () => number,
): Outcome {
  const dueInMs = planDelay(plans.inDoubtMs, history.doubts, random);
  // Every repeat may be one copy too many: none is squeezed in at the end.
  if (history.ageMs + dueInMs > plans.expireAfterMs) return expired(code, attempt, null);
  return { ...quiet, ...moved(event), stateCode: code, attempt, dueInMs };
}

const expired = (code: ErrorCode, attempt: Outcome['attempt'], accountRestMs: number | null): Outcome => ({
  ...quiet,
  ...moved('expired'),
  stateCode: code,
  attempt,
  accountRestMs,
});

const moved = (event: MessageEventKind): Pick<Outcome, 'event' | 'state'> => ({
  event,
  state: nextMessageState('sending', event),
});

const attemptOf = (
  outcome: AttemptOutcome,
  result: { code: ErrorCode; status?: number; text?: string },
): Outcome['attempt'] => ({
  outcome,
  status: result.status ?? null,
  code: result.code,
  text: result.text?.slice(0, MAX_TEXT) ?? null,
});
