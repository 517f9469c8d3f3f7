import { z } from 'zod';

/** Data of one server-sent event of GET /events (event name `change`): what to fetch again. */
export const liveEvent = z.object({ type: z.enum(['messages', 'devices', 'mailboxes']) }).meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof liveEvent>;
