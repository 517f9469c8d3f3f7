import { statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { quoted } from '../system/worker/message-conditions.ts';
import { areAmong, type Claim, type ClaimRow } from './claim.ts';

/** A mark of a send: its first byte may leave, or it has come to its commit point. */
export interface SendMark extends Claim {
  partNumber: number;
  isCommit: boolean;
}

/**
 * The marks of sends, committed just before the steps that they announce. False where the claim is not ours any more: then the step may not be
 * taken. In the order of `marks`.
 */
export async function markSends(database: Database, marks: SendMark[]): Promise<boolean[]> {
  const rows = await database.prepared<ClaimRow>(
    'worker-mark-sends',
    `WITH marked AS (
       UPDATE messages m SET opened_at = coalesce(m.opened_at, now()), committed_at = CASE WHEN g.is_commit THEN now() END
       FROM unnest($1::uuid[], $2::int[], $3::boolean[], $4::smallint[]) AS g (id, fence, is_commit, part)
       WHERE m.id = g.id AND m.fence = g.fence AND m.state::text IN (${quoted(statesBefore('accepted'))}) AND m.committed_at IS NULL AND m.lease_until > now()
       RETURNING m.id, m.fence, m.opened_at, m.committed_at, g.part
     ), begun AS (
       UPDATE attempts t SET opened_at = marked.opened_at, committed_at = marked.committed_at FROM marked
       WHERE t.message_id = marked.id AND t.part_number = marked.part AND t.fence = marked.fence
     )
     SELECT id, fence FROM marked`,
    [
      marks.map(({ messageId }) => messageId),
      marks.map(({ fence }) => fence),
      marks.map(({ isCommit }) => isCommit),
      marks.map(({ partNumber }) => partNumber),
    ],
  );
  return areAmong(rows, marks);
}
