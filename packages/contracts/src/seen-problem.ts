import { z } from 'zod';

/** What the first page tells of: mails that came to a bad end, mails of which nobody knows, a mailbox that cannot send. */
const problem = z
  .string()
  .regex(/^(?:failed|in_doubt|mailbox:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/)
  .describe('`failed`, `in_doubt` or `mailbox:<id>`');

/** `mark` says how the thing was when it was seen: another one means that it has changed since. Whoever asks chooses it. */
export const seenProblem = z.strictObject({ problem, mark: z.string().max(200) }).meta({ id: 'SeenProblem' });
export type SeenProblem = z.infer<typeof seenProblem>;

/** Answer of GET /me/seen. */
export const seenProblemList = z.object({ items: z.array(seenProblem) }).meta({ id: 'SeenProblemList' });
export type SeenProblemList = z.infer<typeof seenProblemList>;
