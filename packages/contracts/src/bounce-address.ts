import { z } from 'zod';
import { timestamp } from './paging.ts';

/** The tenant's address for non-delivery reports, to which its owner's mailbox forwards them. */
export const bounceAddress = z
  .object({
    /** False where this instance has no domain for them. */
    isOffered: z.boolean(),
    /** `bounce+…@…`; null while nobody has asked for one. */
    address: z.string().nullable(),
    createdAt: timestamp.nullable(),
    /** The last report that came, of whichever mail. */
    lastReportAt: timestamp.nullable(),
    /** What Gmail asks for before it forwards there, for a week; and which mailbox wants to, as far as its mail says so. */
    forwardCode: z.object({ code: z.string(), mailbox: z.string().nullable(), at: timestamp }).nullable(),
  })
  .meta({ id: 'BounceAddress' });
export type BounceAddress = z.infer<typeof bounceAddress>;
