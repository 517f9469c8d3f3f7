import type { Clock } from '@hikyaku/core';
import { createSlidingWindow, type SlidingWindow } from '../knobs/sliding-window.ts';

/** How much accounts use of their servers. */
export interface SmtpUsage {
  enter(address: string): number;
  leave(address: string): void;
  /** Mails of the last minute, this one included. */
  countMail(address: string): number;
  clear(): void;
}

/** Accounts counted at one time. */
const MAX_COUNTED = 5000;

export function createSmtpUsage(clock: Clock): SmtpUsage {
  const counted = new Map<string, { sessions: number; minute: SlidingWindow }>();
  const of = (address: string) => {
    const known = counted.get(address) ?? { sessions: 0, minute: createSlidingWindow(60_000) };
    counted.set(address, known);
    if (counted.size > MAX_COUNTED) counted.delete(counted.keys().next().value!);
    return known;
  };
  return {
    enter(address) {
      const use = of(address);
      use.sessions += 1;
      return use.sessions;
    },
    leave(address) {
      const use = counted.get(address);
      if (use) use.sessions -= 1;
    },
    countMail(address) {
      const { minute } = of(address);
      const now = clock.now();
      minute.add(now, 1);
      return minute.total(now);
    },
    clear: () => counted.clear(),
  };
}
