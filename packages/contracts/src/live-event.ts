import { z } from 'zod';

/** Data of one server-sent event of GET /events (event name `change`): what to fetch again. */
export const liveEvent = z
  .object({
    type: z.enum(['messages', 'devices', 'mailboxes', 'sessions']),
    /** `sessions` only: of a device that is watched, or null: nobody's, from the address that is pairing. */
    deviceId: z.uuid().nullish(),
    sessionId: z.uuid().optional(),
  })
  .meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof liveEvent>;
