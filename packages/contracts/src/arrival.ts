import { z } from 'zod';
import { timestamp } from './paging.ts';

/** Of a device, or of the tests of a mailbox alone. */
export const arrivalQuery = z
  .object({ deviceId: z.uuid().optional(), mailboxId: z.uuid().optional() })
  .refine(({ deviceId, mailboxId }) => (deviceId === undefined) !== (mailboxId === undefined), {
    message: 'name a device or a mailbox',
    path: ['deviceId'],
  });
export type ArrivalQuery = z.infer<typeof arrivalQuery>;

/** Whether mail reaches a recipient's inbox, as far as somebody said so; a provider's acceptance says nothing of it. */
export const arrival = z
  .object({
    recipient: z.string(),
    /** The newest mail that was asked about, and when it was sent on its way. */
    messageId: z.uuid(),
    askedAt: timestamp,
    /** The last time that somebody said so, of whichever mail; null: never confirmed. */
    confirmedAt: timestamp.nullable(),
    /** `recipient`: by the link in the test mail; `member`: in the dashboard. */
    confirmedBy: z.enum(['recipient', 'member']).nullable(),
    /** A member said of the newest mail that it did not arrive. */
    deniedAt: timestamp.nullable(),
  })
  .meta({ id: 'Arrival' });
export type Arrival = z.infer<typeof arrival>;
export const arrivalList = z.object({ items: z.array(arrival) }).meta({ id: 'ArrivalList' });
export type ArrivalList = z.infer<typeof arrivalList>;

/** Body of POST /messages/{id}/arrival: what a member sees in that recipient's inbox. */
export const arrivalAnswer = z
  .strictObject({ recipient: z.string().min(1).max(254), hasArrived: z.boolean() })
  .meta({ id: 'ArrivalAnswer' });
export type ArrivalAnswer = z.infer<typeof arrivalAnswer>;
