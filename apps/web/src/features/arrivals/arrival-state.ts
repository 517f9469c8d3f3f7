import type { Arrival } from '@hikyaku/contracts';

/** A mail may be held up by greylisting; until then nobody is sent to look for it. */
const PATIENCE_MS = 10 * 60_000;

export type ArrivalState = 'confirmedBy' | 'confirmedHere' | 'asked' | 'unconfirmed' | 'denied';

export const TONES = {
  confirmedBy: 'ok',
  confirmedHere: 'ok',
  asked: 'info',
  unconfirmed: 'warn',
  denied: 'bad',
} as const satisfies Record<ArrivalState, string>;

/** What is said of a recipient: the last word counts, and a confirmation of an earlier mail while the newest one has none. `now`: milliseconds. */
export function arrivalState({ confirmedAt, confirmedBy, deniedAt, askedAt }: Arrival, now: number): ArrivalState {
  if (deniedAt) return 'denied';
  if (confirmedAt) return confirmedBy === 'recipient' ? 'confirmedBy' : 'confirmedHere';
  return now - Date.parse(askedAt) < PATIENCE_MS ? 'asked' : 'unconfirmed';
}
