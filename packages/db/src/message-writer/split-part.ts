import { ARRIVALS, type MailSlice, statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { quoted } from '../system/worker/message-conditions.ts';
import type { Claim } from './claim.ts';

/**
 * Divides the part that a claim is for by what it carries: it goes on as the first slice, and each other one becomes a part that waits, for the same recipients. With a line of the
 * story. False where the claim is not ours any more, or the part is a slice already; then nothing is written.
 */
export async function splitPart(
  database: Database,
  { messageId, fence, partNumber, slices }: Claim & { partNumber: number; slices: readonly MailSlice[] },
): Promise<boolean> {
  const rows = await database.query(
    `WITH mine AS (
       SELECT m.id, m.tenant_id FROM messages m
       WHERE m.id = $1 AND m.fence = $2 AND m.state::text IN (${quoted(statesBefore('accepted'))}) AND m.lease_until > now() FOR UPDATE
     ), given AS (
       SELECT slice, place::int FROM unnest($4::jsonb[]) WITH ORDINALITY AS g (slice, place)
     ), part AS (
       UPDATE parts p SET slice = given.slice FROM mine, given
       WHERE given.place = 1 AND p.message_id = mine.id AND p.number = $3 AND p.slice IS NULL
       RETURNING p.message_id, p.tenant_id, p.places
     ), added AS (
       INSERT INTO parts (message_id, number, tenant_id, state, due_at, places, slice)
       SELECT part.message_id, last.number + given.place - 1, part.tenant_id, '${ARRIVALS.arrived.state}', now(), part.places, given.slice
       FROM part CROSS JOIN (SELECT max(o.number) AS number FROM parts o WHERE o.message_id = $1) last CROSS JOIN given WHERE given.place > 1
     ), story AS (
       INSERT INTO message_events (message_id, tenant_id, kind, data)
       SELECT message_id, tenant_id, 'in_parts', jsonb_build_object('count', cardinality($4::jsonb[]), 'part', $3) FROM part
     )
     SELECT message_id FROM part`,
    [messageId, fence, partNumber, slices.map((slice) => JSON.stringify(slice))],
  );
  return rows.length > 0;
}
