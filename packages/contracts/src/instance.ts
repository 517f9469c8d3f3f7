import { z } from 'zod';
import { environmentName, oauthProviderName } from './mailbox.ts';

/** What anybody may know, signed in or not: whether this instance only pretends to send, and whether it can mail a forgotten password's link. */
export const instance = z
  .object({
    environment: environmentName,
    /** The sandbox's own pages; null when mail is really sent. */
    sandboxUrl: z.string().nullable(),
    /** True where the instance has mail of its own: addresses are confirmed, and passwords set anew, by a link. */
    sendsMail: z.boolean(),
    /** What people may sign in by, beside a password. */
    signInWith: z.array(oauthProviderName),
  })
  .meta({ id: 'Instance' });
export type Instance = z.infer<typeof instance>;
