import { z } from 'zod';
import { diagnosis } from './diagnosis.ts';
import { pageOf, pageQuery, timestamp } from './paging.ts';

export const sessionQuery = pageQuery.extend({ deviceId: z.uuid().optional() });
export type SessionQuery = z.infer<typeof sessionQuery>;

const summaryFields = {
  id: z.uuid(),
  /** Null: nobody's, shown because it came from the address of whoever asks, who is pairing a device. */
  deviceId: z.uuid().nullable(),
  door: z.string(),
  /** Null when that door is closed now. */
  port: z.number().int().nullable(),
  address: z.string(),
  /** Version and cipher; null in plain. */
  tls: z.string().nullable(),
  /** As tried; masked where it is none of the tenant's. */
  username: z.string().nullable(),
  hello: z.string().nullable(),
  startedAt: timestamp,
  /** Null while it runs. */
  endedAt: timestamp.nullable(),
  /** Each once, in order. */
  steps: z.array(
    z.object({ step: z.enum(['connected', 'encrypted', 'user_tried', 'signed_in', 'accepted']), at: timestamp }),
  ),
  /** Mails accepted in it. */
  messageIds: z.array(z.uuid()),
  /** It signed in with the password before the last rotation. */
  usedOldPassword: z.boolean(),
  /** Null only while it runs and nothing has failed. */
  diagnosis: diagnosis.nullable(),
};

/** One SMTP dialogue with a device. */
export const sessionSummary = z.object(summaryFields).meta({ id: 'SessionSummary' });
export type SessionSummary = z.infer<typeof sessionSummary>;
export const sessionPage = pageOf(sessionSummary);

/** A session with what was said: no password and no content of a mail. */
export const session = z
  .object({
    ...summaryFields,
    /** `note`: what happened beside the words, in English. */
    lines: z.array(z.object({ at: timestamp, from: z.enum(['device', 'edge', 'note']), text: z.string() })),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof session>;

/** Answer of POST /devices/{id}/watch. */
export const deviceWatch = z.object({ until: timestamp }).meta({ id: 'DeviceWatch' });
export type DeviceWatch = z.infer<typeof deviceWatch>;
