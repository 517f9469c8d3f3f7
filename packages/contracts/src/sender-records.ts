import { z } from 'zod';

/** `selector`: of the DKIM key, where the usual ones are not its. */
export const senderRecordsQuery = z.object({
  selector: z
    .string()
    .trim()
    .max(63)
    .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/)
    .optional(),
});

export const spfState = z.enum([
  'ok',
  'missing',
  'several',
  'broken',
  'too_many',
  'open',
  'server_missing',
  'unclear',
  'unknown',
]);
export const dkimState = z.enum(['ok', 'missing', 'revoked', 'unclear', 'unknown']);
export const dmarcState = z.enum(['ok', 'watching', 'missing', 'several', 'broken', 'unknown']);

/** What the DNS says of the domain of a mailbox whose owner sends by a server of his own. `unknown`: no answer came. */
export const senderRecords = z
  .object({
    domain: z.string(),
    /** Of the server that the mailbox sends by; empty: not found. */
    serverAddresses: z.array(z.string()),
    /** `wanted`: a record that would let the server send, to be copied; null where nothing is to be changed, or it cannot be told. */
    spf: z.object({ state: spfState, record: z.string().nullable(), wanted: z.string().nullable() }),
    /** `unclear`: there are keys, under a selector that is not among the usual ones. */
    dkim: z.object({ state: dkimState, selector: z.string().nullable() }),
    /** `watching`: its policy refuses nothing. `name`: where the record stands. */
    dmarc: z.object({
      state: dmarcState,
      record: z.string().nullable(),
      name: z.string(),
      wanted: z.string().nullable(),
    }),
  })
  .meta({ id: 'SenderRecords' });
export type SenderRecords = z.infer<typeof senderRecords>;
