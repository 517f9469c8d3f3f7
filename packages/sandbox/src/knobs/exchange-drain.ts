import type { Clock } from '@hikyaku/core';

/** When mails that Microsoft has accepted leave their sender's mailbox. */
export interface ExchangeDrain {
  /** Of the next mail of this mailbox, in milliseconds since the epoch; undefined: at once. */
  leavesAt(mailbox: string): number | undefined;
  clear(): void;
}

const MINUTE = 60_000;
/** Mailboxes counted at one time. */
const MAX_COUNTED = 5000;

/**
 * So many mails a minute and mailbox; what is more is carried over to the minutes that follow, and nothing is refused (facts 3). A mailbox's minutes begin with its
 * first mail after rest. `perMinute` 0: each at once.
 */
export function createExchangeDrain(options: { clock: Clock; perMinute: () => number }): ExchangeDrain {
  const { clock, perMinute } = options;
  /** The minute in which mail leaves now, and how much of it has its place there. */
  const minutes = new Map<string, { from: number; mails: number }>();
  return {
    leavesAt(mailbox) {
      const now = clock.now();
      const most = perMinute();
      if (most === 0) return undefined;
      let minute = minutes.get(mailbox);
      if (!minute || now >= minute.from + MINUTE) minute = { from: now, mails: 0 };
      else if (minute.mails >= most) minute = { from: minute.from + MINUTE, mails: 0 };
      minute.mails += 1;
      minutes.set(mailbox, minute);
      if (minutes.size > MAX_COUNTED) minutes.delete(minutes.keys().next().value!);
      return minute.from > now ? minute.from : undefined;
    },
    clear: () => minutes.clear(),
  };
}
