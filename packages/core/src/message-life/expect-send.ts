import { type DayLimit, type DayUse, dayWait } from './day-budget.ts';

/** How fast a provider account sends, as of now. */
export interface AccountPace {
  /** Mails that may leave at once. */
  tokens: number;
  /** Most that may gather. */
  burst: number;
  perMinute: number;
  /** Since mail was last claimed, or looked for in vain. */
  claimedAgoMs: number;
  /** Left of a time in which the provider wants nothing. */
  restMs: number;
  /** Its day; null where the provider names no limit. */
  day: (DayUse & DayLimit) | null;
}

/** An account out of sends comes back for so many at once: one turn a mail would be mostly overhead. */
export const TOKENS_AT_ONCE = 5;

/** What keeps a mail that waits: nothing but its turn, the account's pace, its day's limit, the provider's own wish, or its own time. */
export type SendWait = 'turn' | 'pace' | 'day' | 'provider' | 'own_time';

/** A person cannot tell it from at once. */
const SOON_MS = 1_000;
/** Mail wakes its account when it comes. What a claim has seen and left, or what waits for longer than that, waits until more sends have gathered. */
const WOKEN_WITHIN_MS = 2_000;

/** Where a mail stands in its account's line. */
export interface LinePlace {
  /** Mails that leave before it. */
  before: number;
  /** Those of them that may leave by now; the others come due with it or before. */
  dueBefore: number;
  /** Mails that wait behind it, as far as they may leave with it: up to `TOKENS_AT_ONCE`. */
  behind: number;
  /** Until it may be tried, milliseconds. */
  dueInMs: number;
  /** Since when it might have left, milliseconds. */
  dueForMs: number;
  /** A test or a first mail after quiet, for which a share of the day is kept. Each goes with the first send that there is. */
  isUrgent: boolean;
}

/**
 * About when a mail leaves, milliseconds from now, and what it waits for longest. As if every send went through, nothing more urgent
 * came, and each mail were one of what the day's limit counts. An account out of sends lets mail go by groups: it leaves with its group, sooner where new mail wakes the account between.
 */
export function expectSend(place: LinePlace, pace: AccountPace): { wait: SendWait; inMs: number } {
  const { before, dueBefore, dueInMs, isUrgent } = place;
  const startMs = Math.max(0, dueInMs, pace.restMs);
  const msOf = (sends: number): number => (sends * 60_000) / pace.perMinute;
  const gathered = (tokens: number, ms: number): number =>
    Math.min(pace.burst, tokens + (ms * pace.perMinute) / 60_000);
  const leavesAt = (fromMs: number, tokens: number, mails: number): number =>
    fromMs +
    Math.max(0, msOf(sendsUntil(place, mails, tokens, fromMs > 0 ? null : pace.claimedAgoMs, pace.burst) - tokens));
  // Those that are due leave while it waits for its own time; what gathers then is no more than a burst.
  const tokens = gathered(pace.tokens, pace.restMs);
  const tokensThen = gathered(tokens - dueBefore, startMs - pace.restMs);
  const pacedMs =
    startMs > pace.restMs && tokensThen >= 1
      ? leavesAt(startMs, tokensThen, before - dueBefore)
      : Math.max(startMs, leavesAt(pace.restMs, tokens, before));
  const day = pace.day ? dayWait(pace.day, pace.day.perDay, before, isUrgent) : { inMs: 0, withIt: 0 };
  // Those that get their room in one hour leave at the account's pace, a burst at once.
  const dayMs = day.inMs > 0 ? Math.ceil(day.inMs + msOf(Math.max(0, day.withIt + 1 - pace.burst))) : 0;
  const inMs = Math.max(Math.ceil(pacedMs), dayMs);
  if (dayMs > SOON_MS && dayMs === inMs) return { wait: 'day', inMs };
  if (inMs < SOON_MS) return { wait: 'turn', inMs };
  if (pacedMs - startMs >= startMs) return { wait: 'pace', inMs };
  return { wait: pace.restMs >= dueInMs ? 'provider' : 'own_time', inMs };
}

/** Sends that must have gathered, those at hand included, until a mail with `before` others before it leaves. `claimedAgoMs`: null where that is another time's to tell. */
function sendsUntil(
  place: LinePlace,
  before: number,
  tokens: number,
  claimedAgoMs: number | null,
  burst: number,
): number {
  const group = Math.min(TOKENS_AT_ONCE, burst);
  const isGathering =
    claimedAgoMs !== null && tokens < group && place.dueForMs > Math.min(claimedAgoMs, WOKEN_WITHIN_MS);
  if (place.isUrgent) return before + 1;
  const atOnce = isGathering ? 0 : Math.max(0, Math.floor(tokens));
  const groups = Math.floor((before - atOnce) / group) + 1;
  return Math.min(atOnce + groups * group, before + 1 + place.behind);
}
