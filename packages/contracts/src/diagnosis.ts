import { z } from 'zod';

/** What is wrong with a session or a mail, in words of the language asked for, and what to change. */
export const diagnosis = z
  .object({
    /** A row of docs/diagnoses.md. */
    code: z.string(),
    severity: z.enum(['ok', 'warning', 'error']),
    title: z.string(),
    advice: z.string(),
    /** The field of the device's own form that it is about. */
    field: z
      .enum(['host', 'port', 'security', 'auth', 'username', 'password', 'recipient', 'sender', 'size', 'address'])
      .nullable(),
    /** What the device gave, ready to be shown; never a password. */
    seen: z.string().nullable(),
    /** What to set. */
    right: z.string().nullable(),
  })
  .meta({ id: 'Diagnosis' });
export type Diagnosis = z.infer<typeof diagnosis>;
