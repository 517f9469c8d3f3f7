import { z } from 'zod';

/** RFC 9457, as `application/problem+json`. `code` is a row of the error registry; `fields` names what is wrong by input path. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    fields: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
