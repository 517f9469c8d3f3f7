import { z } from 'zod';
import { timestamp } from './paging.ts';

/** Answer of GET /devices/{id}/hours: when a device wrote in the last seven days. */
export const deviceHours = z
  .object({
    /** Hours of UTC in which mail of it was accepted, the oldest first; the others had none. */
    hours: z.array(z.object({ at: timestamp, mails: z.number().int().min(1) })),
    /** From then on everything is counted: seven days ago, or later for a young device, a short retention or very much mail. */
    since: timestamp,
  })
  .meta({ id: 'DeviceHours' });
export type DeviceHours = z.infer<typeof deviceHours>;
