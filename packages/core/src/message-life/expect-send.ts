import { type DayLimit, type DayUse, dayWaitMs } from './day-budget.ts';

/** How fast a provider account sends, as of now. */
export interface AccountPace {
  /** Mails that may leave at once. */
  tokens: number;
  /** Most that may gather. */
  burst: number;
  perMinute: number;
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

/**
 * About when a mail with `before` others before it leaves, milliseconds from now, and what it waits for longest. As if every send went through, nothing more urgent
 * came, and each mail were one of what the day's limit counts. `isUrgent`: a test or a first mail after quiet, for which a share of the day is kept.
 */
export function expectSend(
  place: { before: number; dueInMs: number; isUrgent?: boolean },
  pace: AccountPace,
): { wait: SendWait; inMs: number } {
  const startMs = Math.max(0, place.dueInMs, pace.restMs);
  const tokens = Math.min(pace.burst, pace.tokens + (startMs * pace.perMinute) / 60_000);
  const paceMs = Math.ceil((Math.max(0, place.before + 1 - tokens) * 60_000) / pace.perMinute);
  const dayMs = pace.day ? Math.ceil(dayWaitMs(pace.day, pace.day.perDay, place.before, place.isUrgent ?? false)) : 0;
  const inMs = Math.max(startMs + paceMs, dayMs);
  if (dayMs > SOON_MS && dayMs === inMs) return { wait: 'day', inMs };
  if (inMs < SOON_MS) return { wait: 'turn', inMs };
  if (paceMs >= startMs) return { wait: 'pace', inMs };
  return { wait: pace.restMs >= place.dueInMs ? 'provider' : 'own_time', inMs };
}
