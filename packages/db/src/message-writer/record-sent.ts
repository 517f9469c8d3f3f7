import { moveOf, statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { quoted } from '../system/worker/message-conditions.ts';
import { areAmong, type ClaimRow } from './claim.ts';
import { attemptEnded, OUTCOME_LINE } from './outcome-steps.ts';
import { tellMoves } from './tell-moves.ts';
import { isPlain, type OutcomeRecord } from './write-outcomes.ts';

const SENT = moveOf('accepted').to;
const SENDING = quoted(statesBefore('accepted'));

/** The provider took the whole mail, and nothing is to be said of single recipients or of the account. */
export const isSimplySent = (outcome: OutcomeRecord): boolean =>
  isPlain(outcome) &&
  outcome.state === SENT &&
  outcome.stateCode === null &&
  outcome.partNumber === 1 &&
  outcome.results === null &&
  outcome.dayRefund === null &&
  !outcome.whileUncommitted &&
  !outcome.whileLapsed;

/**
 * As `recordOutcomes`, of outcomes that are `isSimplySent`: by a statement of half the steps. False, and nothing written, where the mail has other parts or the claim is not
 * ours any more: `recordOutcomes` knows which.
 */
export async function recordSent(database: Database, outcomes: OutcomeRecord[]): Promise<boolean[]> {
  const column = (pick: (outcome: OutcomeRecord) => unknown): unknown[] => outcomes.map(pick);
  const rows = await database.prepared<ClaimRow>('worker-sent', RECORD_SENT, [
    column((o) => o.messageId),
    column((o) => o.fence),
    column((o) => o.attempt.outcome),
    column((o) => o.attempt.status),
    column((o) => o.attempt.code),
    column((o) => o.attempt.text),
    column((o) => o.providerId),
    column((o) => o.event.kind),
    column((o) => JSON.stringify(o.event.data)),
  ]);
  return areAmong(rows, outcomes);
}

// LIMIT 1, or the planner may read all parts to compare them with these few.
const RECORD_SENT = `
WITH moved AS (
  UPDATE messages m SET state = '${SENT}', state_code = NULL, lease_until = NULL, due_at = NULL, sent_at = now(), content_until = NULL, key_sealed = NULL, content_destroyed_at = now()
  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
    AS g (id, fence, outcome, status, attempt_code, text, provider_id, kind, data)
  WHERE m.id = g.id AND m.fence = g.fence AND m.state::text IN (${SENDING})
    AND (SELECT true FROM parts p WHERE p.message_id = g.id AND p.number <> 1 LIMIT 1) IS NULL
  RETURNING m.id, m.fence, m.tenant_id, m.device_id, m.mailbox_id, coalesce(m.claimed_from, old.state)::text AS was, m.state::text AS state, m.state_code,
    g.outcome, g.status, g.attempt_code, g.text, g.provider_id, g.kind, g.data
), part AS (
  UPDATE parts p SET state = '${SENT}', state_code = NULL, due_at = NULL, sent_at = now(), provider_id = coalesce(moved.provider_id, p.provider_id)
  FROM moved WHERE p.message_id = moved.id AND p.number = 1
), attempt AS (${attemptEnded('1')}
), event AS (${OUTCOME_LINE}
), told AS (${tellMoves('moved')}
)
SELECT id, fence FROM moved`;
