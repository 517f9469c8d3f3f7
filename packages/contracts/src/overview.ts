import { z } from 'zod';
import { isTimeZone } from './device-policy.ts';
import { messageState } from './message.ts';
import { timestamp } from './paging.ts';

/** `timeZone`: an IANA name; days begin in it. */
export const overviewQuery = z.object({
  timeZone: z
    .string()
    .max(64)
    .default('UTC')
    .refine(isTimeZone, 'is no time zone')
    .describe('An IANA name; days begin in it'),
});

const count = z.number().int().min(0);

/** Answer of GET /overview: numbers of the first page, a second or two behind the mails themselves. */
export const overview = z
  .object({
    /** How many mails are in each state; what is being sent counts as what it was before. */
    states: z.record(messageState, count),
    /** Thirty days, the oldest first, today last. `failed`: refused, expired or quarantined. */
    days: z.array(z.object({ day: z.iso.date(), accepted: count, sent: count, failed: count })),
    /** What leaves by itself; `doneAt` by what its mailboxes may send, null when nothing waits for one that can send. */
    waiting: z.object({ count, oldestAt: timestamp.nullable(), doneAt: timestamp.nullable() }),
    /** What waits until it is put into a digest, beside `waiting`. */
    gathered: z.object({ count }),
    /** What waits for somebody. */
    held: z.object({ count, oldestAt: timestamp.nullable() }),
    /**
     * Each counts once: `disabled`; `refused` (it is not let in, or its newest mail that came to an end was not sent); `stuck` (its
     * mailbox cannot send); `unused` (never sent one); `quiet` (for longer than its owner finds usual, or than is usual of it: `quietAfterHours`); `fine`.
     */
    devices: z.object({
      total: count,
      fine: count,
      quiet: count,
      refused: count,
      stuck: count,
      unused: count,
      disabled: count,
    }),
    /** `stopped`: to be connected again, or disabled. */
    mailboxes: z.object({ total: count, active: count, stopped: count }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overview>;
