import { statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { quoted } from '../system/worker/message-conditions.ts';
import type { Claim } from './claim.ts';

/**
 * Claims that are still worked on keep their messages `leaseMs` longer, a lease that ran out while nobody ended it included. A row that somebody is
 * writing to is passed over: most often its outcome. Answers with no claims too, which tells that Postgres does.
 */
export async function renewLeases(database: Database, claims: Claim[], leaseMs: number): Promise<void> {
  await database.prepared(
    'worker-renew-leases',
    `WITH ours AS (
       SELECT m.id FROM messages m JOIN unnest($1::uuid[], $2::int[]) AS g (id, fence) ON m.id = g.id AND m.fence = g.fence
       WHERE m.state::text IN (${quoted(statesBefore('accepted'))}) FOR UPDATE OF m SKIP LOCKED
     )
     UPDATE messages m SET lease_until = greatest(m.lease_until, now() + $3 * interval '1 millisecond') FROM ours WHERE m.id = ours.id`,
    [claims.map(({ messageId }) => messageId), claims.map(({ fence }) => fence), leaseMs],
  );
}
