import { z } from 'zod';
import { environmentName } from './mailbox.ts';

/** What anybody may know, signed in or not: whether this instance only pretends to send. */
export const instance = z
  .object({
    environment: environmentName,
    /** The sandbox's own pages; null when mail is really sent. */
    sandboxUrl: z.string().nullable(),
  })
  .meta({ id: 'Instance' });
export type Instance = z.infer<typeof instance>;
