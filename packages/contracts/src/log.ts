import { z } from 'zod';
import { MESSAGE_STATES, messageQuery, messageSummary } from './message.ts';
import { pageOf } from './paging.ts';
import { sessionSummary } from './session.ts';

const logState = z.enum([...MESSAGE_STATES, 'refused']);
export type LogState = z.infer<typeof logState>;

/** Filters of GET /log. `refused` beside the states of mails: dialogues in which a device was refused. */
export const logQuery = messageQuery.omit({ mailboxId: true }).extend({
  state: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(logState).min(1))
    .optional()
    .describe('One state, or several separated by commas; `refused`: devices that did not get through'),
});
export type LogQuery = z.infer<typeof logQuery>;

export const mailEntry = messageSummary.extend({ kind: z.literal('mail') }).meta({ id: 'MailEntry' });
export type MailEntry = z.infer<typeof mailEntry>;

/** A dialogue in which a device did not get through. */
export const refusalEntry = sessionSummary
  .extend({
    kind: z.literal('refusal'),
    deviceId: z.uuid(),
    /** Null when nothing is known of the device any more. */
    deviceName: z.string().nullable(),
  })
  .meta({ id: 'RefusalEntry' });
export type RefusalEntry = z.infer<typeof refusalEntry>;

/** A row of the log: a mail, or a device's refusal. */
export const logEntry = z.discriminatedUnion('kind', [mailEntry, refusalEntry]);
export type LogEntry = z.infer<typeof logEntry>;
export const logPage = pageOf(logEntry);
