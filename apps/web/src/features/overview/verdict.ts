import type { Mailbox, Overview } from '@hikyaku/contracts';

/** A mailbox that cannot send: mail waits for it, or none does. */
const LOST_KEYS = {
  reconnect: { kept: 'verdictReconnect', idle: 'verdictReconnectIdle' },
  stopped: { kept: 'verdictStopped', idle: 'verdictStoppedIdle' },
} as const;
type LostKey = (typeof LOST_KEYS)['reconnect' | 'stopped']['kept' | 'idle'];

/** How it stands, in one sentence: a key of the `overview` messages with its values. */
export type Verdict =
  | { key: LostKey; tone: 'bad'; address: string; count: number }
  | { key: 'verdictWaiting' | 'verdictWaitingUntil'; tone: 'warn'; count: number; until: string | null }
  | { key: 'verdictHeld'; tone: 'warn'; count: number }
  | {
      key: 'verdictRefused' | 'verdictStuck' | 'verdictQuiet' | 'verdictFailed' | 'verdictFailedMany';
      tone: 'warn';
      count: number;
    }
  | { key: 'verdictSent' | 'verdictNothing'; tone: 'ok'; count: number };

/** A mail is usually gone within seconds; longer than that its owner asks himself. */
const USUAL_WAIT_MS = 120_000;
const FEW = 5;

interface Known {
  overview: Overview;
  /** Those that cannot send. */
  broken: readonly Pick<Mailbox, 'address' | 'mend' | 'heldCount'>[];
  /** Mails of the last days that came to a bad end, and that nobody has seen yet. */
  unseenFailed: number;
  /** There are more of them than were counted. */
  hasMoreFailed: boolean;
  now: number;
}

/** The worst that is true, from the server's own numbers. */
export function verdictOf({ overview, broken, unseenFailed, hasMoreFailed, now }: Known): Verdict {
  const { waiting, held, devices, days } = overview;
  if (broken[0]) {
    // What its provider has stopped is not opened by connecting it again.
    const keys = LOST_KEYS[broken.some(({ mend }) => mend !== 'try_again') ? 'reconnect' : 'stopped'];
    // None may have come yet, or all of it have left by a second mailbox: nothing is kept then.
    const isIdle = broken.every(({ heldCount }) => heldCount === 0);
    return { key: isIdle ? keys.idle : keys.kept, tone: 'bad', address: broken[0].address, count: broken.length };
  }
  const waitsMs = waiting.oldestAt ? now - Date.parse(waiting.oldestAt) : 0;
  if (waiting.count > FEW || (waiting.count > 0 && waitsMs > USUAL_WAIT_MS)) {
    const key = waiting.doneAt ? 'verdictWaitingUntil' : 'verdictWaiting';
    return { key, tone: 'warn', count: waiting.count, until: waiting.doneAt };
  }
  if (held.count) return { key: 'verdictHeld', tone: 'warn', count: held.count };
  if (devices.refused) return { key: 'verdictRefused', tone: 'warn', count: devices.refused };
  if (devices.stuck) return { key: 'verdictStuck', tone: 'warn', count: devices.stuck };
  if (devices.quiet) return { key: 'verdictQuiet', tone: 'warn', count: devices.quiet };
  if (unseenFailed)
    return { key: hasMoreFailed ? 'verdictFailedMany' : 'verdictFailed', tone: 'warn', count: unseenFailed };
  const sent = days.at(-1)?.sent ?? 0;
  return { key: sent ? 'verdictSent' : 'verdictNothing', tone: 'ok', count: sent };
}
