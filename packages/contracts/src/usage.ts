import { z } from 'zod';

export const limitName = z.enum([
  'devices',
  'deviceGroups',
  'recipientsPerDevice',
  'recipientBytesPerDevice',
  'newRecipientsPerDay',
  'mailsPerDay',
  'waitingMails',
  'waitingBytes',
  'testMailsPerHour',
  'strangerTestMailsPerHour',
]);

/** Answer of GET /usage: what the tenant may use, what it uses, and what happens at the limit. */
export const usage = z
  .object({
    items: z.array(
      z.object({
        name: limitName,
        /** Of a limit per device or mailbox: the one that uses most. Of one per hour or day: since the first use in it. */
        used: z.number().int(),
        limit: z.number().int(),
        /** `refused`: the request, or at the doors the mail, is answered with `code`. */
        atLimit: z.enum(['refused']),
        /** A row of the error registry, whose text says what to do. */
        code: z.string(),
      }),
    ),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usage>;
