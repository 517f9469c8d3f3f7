/** How fast a provider account sends, as of now. */
export interface AccountPace {
  /** Mails that may leave at once. */
  tokens: number;
  /** Most that may gather. */
  burst: number;
  perMinute: number;
  /** Left of a time in which the provider wants nothing. */
  restMs: number;
}

/** What keeps a mail that waits: nothing but its turn, the account's pace, the provider's own wish, or its own time. */
export type SendWait = 'turn' | 'pace' | 'provider' | 'own_time';

/** A person cannot tell it from at once. */
const SOON_MS = 1_000;

/** About when a mail with `before` others before it leaves, milliseconds from now, and what it waits for longest. As if every send went through, and nothing more urgent came. */
export function expectSend(
  place: { before: number; dueInMs: number },
  pace: AccountPace,
): { wait: SendWait; inMs: number } {
  const startMs = Math.max(0, place.dueInMs, pace.restMs);
  const tokens = Math.min(pace.burst, pace.tokens + (startMs * pace.perMinute) / 60_000);
  const paceMs = Math.ceil((Math.max(0, place.before + 1 - tokens) * 60_000) / pace.perMinute);
  const inMs = startMs + paceMs;
  if (inMs < SOON_MS) return { wait: 'turn', inMs };
  if (paceMs >= startMs) return { wait: 'pace', inMs };
  return { wait: pace.restMs >= place.dueInMs ? 'provider' : 'own_time', inMs };
}
