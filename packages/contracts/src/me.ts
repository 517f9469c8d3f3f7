import { z } from 'zod';
import { environmentName } from './mailbox.ts';
import { door, ports } from './smtp-access.ts';
import { role } from './tenant.ts';

export const locale = z.enum(['ja', 'en']);
export type Locale = z.infer<typeof locale>;

/** Who is signed in, and what this instance is. */
export const me = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string(), emailVerified: z.boolean() }),
    tenant: z.object({
      id: z.uuid(),
      name: z.string(),
      /** In which times are shown; null: the reader's own. */
      timeZone: z.string().nullable(),
    }),
    role,
    /** A code is asked when the person signs in. */
    hasSecondStep: z.boolean(),
    isOperator: z.boolean(),
    /** Nobody is the operator yet: the one-time code printed at start can be entered. */
    operatorWanted: z.boolean(),
    /** Null: never chosen. */
    locale: locale.nullable(),
    environment: environmentName,
    /** The sandbox's own pages; null when mail is really sent. */
    sandboxUrl: z.string().nullable(),
    /** Which kinds of account can be connected here. */
    providers: z.object({ microsoft: z.boolean(), google: z.boolean(), smtp: z.boolean() }),
    smtp: z.object({
      host: z.string(),
      loginDomain: z.string(),
      maxSizeBytes: z.number().int(),
      doors: z.array(door),
      ports,
    }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;

export const meUpdate = z
  .strictObject({ locale: locale.optional(), name: z.string().trim().min(1).max(80).optional() })
  .meta({ id: 'MeUpdate' });
export type MeUpdate = z.infer<typeof meUpdate>;

/** Body of POST /operator. */
export const operatorClaim = z.strictObject({ code: z.string().min(1).max(100) }).meta({ id: 'OperatorClaim' });
export const operatorAnswer = z.object({ isOperator: z.literal(true) }).meta({ id: 'OperatorAnswer' });
