import type { Clock } from '@hikyaku/core';
import type { LimitMode } from './knobs.ts';
import { createSlidingWindow, type SlidingWindow } from './sliding-window.ts';

/** Graph per app and mailbox (facts 3). */
const GRAPH = { concurrent: 4, requestsPer10Min: 10_000, bytesPer5Min: 150_000_000 };
/** Recipients of an organization's mailbox in 24 hours, by Graph and SMTP together (facts 3). */
const EXCHANGE_RECIPIENTS_PER_DAY = 10_000;
/** Gmail: 100 units a send, 6,000 a minute; mails a day of Workspace and of gmail.com (facts 3). */
const GMAIL = { perMinute: 60, perDayWork: 2000, perDayPersonal: 500, silentlyDropped: 5 };
const MINUTE = 60_000;
const DAY = 86_400_000;
/** Mailboxes counted at one time. */
const MAX_COUNTED = 5000;

export type GraphRefusal = { limit: 'concurrency' | 'requests' | 'bytes'; retryAfterMs: number };
export type GmailVerdict =
  | { kind: 'ok' }
  /** Answered with 200, delivered to nobody: the first mails over the daily limit (facts 2.2). */
  | { kind: 'dropped' }
  | { kind: 'rate' }
  | { kind: 'daily'; until: number };

interface Counters {
  running: number;
  requests: SlidingWindow;
  bytes: SlidingWindow;
  minute: SlidingWindow;
  day: SlidingWindow;
  recipients: SlidingWindow;
}

export interface Limits {
  /** Begins a Graph request; `leave` must follow when it is not refused. */
  enterGraph(mailbox: string, sizeBytes: number): GraphRefusal | undefined;
  leaveGraph(mailbox: string): void;
  countGmail(mailbox: string, isWork: boolean): GmailVerdict;
  /** Counts a mail's recipients in the day of a mailbox of Microsoft's; false, and nothing is counted, where it has no room for them. */
  countExchange(mailbox: string, isWork: boolean, recipients: number): boolean;
  clear(): void;
}

export function createLimits(options: {
  clock: Clock;
  mode: () => LimitMode;
  /** 0: as Exchange has it, where all limits are kept. */
  exchangeRecipientsPerDay: () => number;
}): Limits {
  const { clock, mode, exchangeRecipientsPerDay } = options;
  const counted = new Map<string, Counters>();
  const countersOf = (mailbox: string): Counters => {
    const known = counted.get(mailbox);
    if (known) return known;
    const fresh: Counters = {
      running: 0,
      requests: createSlidingWindow(10 * MINUTE),
      bytes: createSlidingWindow(5 * MINUTE),
      minute: createSlidingWindow(MINUTE),
      day: createSlidingWindow(DAY),
      recipients: createSlidingWindow(DAY),
    };
    counted.set(mailbox, fresh);
    if (counted.size > MAX_COUNTED) counted.delete(counted.keys().next().value!);
    return fresh;
  };
  return {
    enterGraph(mailbox, sizeBytes) {
      const counters = countersOf(mailbox);
      const now = clock.now();
      if (mode() !== 'none' && counters.running >= GRAPH.concurrent) {
        // Reported together with waits of some seconds.
        return { limit: 'concurrency', retryAfterMs: 5000 };
      }
      if (mode() === 'all') {
        if (counters.requests.total(now) >= GRAPH.requestsPer10Min) {
          return { limit: 'requests', retryAfterMs: counters.requests.freesInMs(now) };
        }
        if (counters.bytes.total(now) + sizeBytes > GRAPH.bytesPer5Min) {
          return { limit: 'bytes', retryAfterMs: counters.bytes.freesInMs(now) };
        }
      }
      counters.running += 1;
      counters.requests.add(now, 1);
      counters.bytes.add(now, sizeBytes);
      return undefined;
    },
    leaveGraph(mailbox) {
      const counters = counted.get(mailbox);
      if (counters) counters.running = Math.max(0, counters.running - 1);
    },
    countGmail(mailbox, isWork) {
      const counters = countersOf(mailbox);
      const now = clock.now();
      if (mode() === 'all') {
        const daily = isWork ? GMAIL.perDayWork : GMAIL.perDayPersonal;
        const today = counters.day.total(now);
        if (today >= daily + GMAIL.silentlyDropped) return { kind: 'daily', until: now + counters.day.freesInMs(now) };
        if (counters.minute.total(now) >= GMAIL.perMinute) return { kind: 'rate' };
        counters.minute.add(now, 1);
        counters.day.add(now, 1);
        return today >= daily ? { kind: 'dropped' } : { kind: 'ok' };
      }
      counters.minute.add(now, 1);
      counters.day.add(now, 1);
      return { kind: 'ok' };
    },
    countExchange(mailbox, isWork, recipients) {
      const real = mode() === 'all' && isWork ? EXCHANGE_RECIPIENTS_PER_DAY : Number.POSITIVE_INFINITY;
      const window = countersOf(mailbox).recipients;
      const now = clock.now();
      if (window.total(now) + recipients > (exchangeRecipientsPerDay() || real)) return false;
      window.add(now, recipients);
      return true;
    },
    clear: () => counted.clear(),
  };
}
