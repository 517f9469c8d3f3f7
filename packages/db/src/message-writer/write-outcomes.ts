import { moveOf, type RecipientVerdict, statesBefore, statesOfContent, WAITING_STATES } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { addToDay, recipientsOf } from '../system/worker/account-day.ts';
import { isWaiting, quoted } from '../system/worker/message-conditions.ts';
import { areAmong, type Claim, type ClaimRow } from './claim.ts';
import { moveMessages } from './move-messages.ts';
import { attemptEnded, OUTCOME_LINE } from './outcome-steps.ts';
import { PART_RANK } from './part-rank.ts';
import { tellMoves } from './tell-moves.ts';

/** The end of an attempt of one part, ready to be written. Times in milliseconds from now. */
export interface OutcomeRecord extends Claim {
  partNumber: number;
  /** Of the part; the message's follows from all of its parts. */
  state: string;
  stateCode: string | null;
  dueInMs: number | null;
  /** How long the content is kept where the message comes to a bad end by it. */
  contentForMs: number;
  attempt: { outcome: string; status: number | null; code: string | null; text: string | null };
  providerId: string | null;
  /** Replaces what the part knows of single recipients; null leaves it. */
  results: RecipientVerdict[] | null;
  /** The line of the message's story. */
  event: { kind: string; data: Record<string, unknown> };
  /** The account gets its part of the day back, in what its provider counts: the mail did not leave. */
  dayRefund: { accountKey: string; counts: 'mails' | 'recipients' } | null;
  accountRest: { accountKey: string; ms: number } | null;
  /** Only before the commit point: for claims that are taken away from a worker. */
  whileUncommitted?: boolean;
  /** Only while its lease is over: its worker may renew it in the last moment. */
  whileLapsed?: boolean;
  /** Closes the mailbox and holds what waits for it, unless it was connected anew since `secretVersion`. */
  reconnect: { mailboxId: string; secretVersion: number; code: string } | null;
}

/** Where the content ends with the message, and where the owner may look at it for a while. */
const DESTROYED = quoted(statesOfContent('destroyed'));
const BAD_ENDS = quoted(statesOfContent('for_a_while'));
const MS = `interval '1 millisecond'`;
const SENT = moveOf('accepted').to;
/** What an outcome may end. */
const SENDING = quoted(statesBefore('accepted'));
const WAITING = quoted(WAITING_STATES);
/** Where a late acceptance still ends something: nobody has claimed the mail since, or its fence were another. */
const IN_DOUBT = quoted(statesBefore('accepted_late'));

/**
 * Writes outcomes, all or nothing: part, attempt, message and story of each. The message becomes what all of its parts are together (core's
 * `stateOfParts`); with the last one sent the sealed key goes in the same commit: from then on nothing opens the content. False where the claim is not ours any more; of that one nothing is written. In the order of `outcomes`; those that
 * concern an account or a mailbox are `recordOutcome`'s.
 */
export async function recordOutcomes(database: Database, outcomes: OutcomeRecord[]): Promise<boolean[]> {
  const prepared: Query = (text, values) => database.prepared('worker-outcomes', text, values);
  return areAmong(await writeOutcomes(prepared, outcomes), outcomes);
}

/** As `recordOutcomes`, of one, with the account's rest, the mailbox and its waiting mail in the same commit. */
export async function recordOutcome(database: Database, outcome: OutcomeRecord): Promise<boolean> {
  if (isPlain(outcome)) return (await recordOutcomes(database, [outcome]))[0]!;
  return database.transaction(async (client) => {
    const query: Query = async <T extends object>(text: string, values?: unknown[]) =>
      (await client.query<T>(text, values)).rows;
    if ((await writeOutcomes(query, [outcome])).length === 0) return false;
    if (outcome.accountRest) await restAccount(query, outcome.accountRest.accountKey, outcome.accountRest.ms);
    if (outcome.reconnect) await closeMailbox(query, outcome.reconnect);
    return true;
  });
}

/** Concerns its message alone. */
export const isPlain = (outcome: OutcomeRecord): boolean => !outcome.accountRest && !outcome.reconnect;

/** True when this very outcome is in the table already: a commit whose answer was lost. */
export async function isOutcomeWritten(database: Database, outcome: OutcomeRecord): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1 FROM attempts WHERE message_id = $1 AND part_number = $4 AND fence = $2 AND outcome = $3`,
    [outcome.messageId, outcome.fence, outcome.attempt.outcome, outcome.partNumber],
  );
  return rows.length > 0;
}

type Query = <T extends object>(text: string, values?: unknown[]) => Promise<T[]>;

function writeOutcomes(query: Query, outcomes: OutcomeRecord[]): Promise<ClaimRow[]> {
  const column = (pick: (outcome: OutcomeRecord) => unknown): unknown[] => outcomes.map(pick);
  return query<ClaimRow>(
    `WITH given AS MATERIALIZED (
       SELECT g.* FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::text[], $8::int[], $9::text[],
         $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[], $15::text[], $16::boolean[], $17::smallint[], $18::text[], $19::boolean[])
         AS g (id, fence, state, code, due_ms, content_ms, outcome, status, attempt_code, text, provider_id, kind, data, while_uncommitted, results, while_lapsed, part, refunded, counts_recipients)
     ), whole AS MATERIALIZED (
       SELECT g.*, w.state AS whole_state, w.code AS whole_code, w.due_at AS whole_due FROM given g CROSS JOIN LATERAL (
         SELECT (array_agg(x.state ORDER BY ${PART_RANK}))[1] AS state, (array_agg(x.code ORDER BY ${PART_RANK}))[1] AS code, min(x.due_at) AS due_at
         FROM (
           SELECT s.* FROM (
             SELECT g.state, g.code, now() + g.due_ms * ${MS} AS due_at
             UNION ALL
             SELECT p.state::text, p.state_code, CASE WHEN p.state::text IN (${WAITING}) THEN coalesce(p.due_at, now()) END
             FROM parts p WHERE p.message_id = g.id AND p.number <> g.part
           ) s
         ) x
       ) w
     ), moved AS (
       UPDATE messages m SET state = g.whole_state::message_state, state_code = g.whole_code, lease_until = NULL, due_at = g.whole_due,
         sent_at = CASE WHEN g.whole_state = '${SENT}' THEN now() END,
         content_until = CASE WHEN g.whole_state IN (${BAD_ENDS}) THEN now() + g.content_ms * ${MS} END,
         key_sealed = CASE WHEN g.whole_state IN (${DESTROYED}) THEN NULL ELSE m.key_sealed END,
         content_destroyed_at = CASE WHEN g.whole_state IN (${DESTROYED}) THEN now() END
       FROM whole g
       WHERE m.id = g.id AND m.fence = g.fence
         AND (m.state::text IN (${SENDING}) OR g.state = '${SENT}' AND m.state::text IN (${IN_DOUBT}))
         AND (m.committed_at IS NULL OR NOT g.while_uncommitted) AND (m.lease_until <= now() OR NOT g.while_lapsed)
       RETURNING m.id, m.fence, m.tenant_id, m.device_id, m.mailbox_id, 
         (CASE WHEN old.state::text IN (${SENDING}) THEN coalesce(m.claimed_from, old.state) ELSE old.state END)::text AS was, m.state::text AS state, m.state_code,
         g.part, g.state AS part_state, g.code AS part_code, g.due_ms, g.outcome, g.status, g.attempt_code, g.text, g.provider_id, g.kind, g.data, g.results,
         g.refunded, CASE WHEN g.counts_recipients THEN (SELECT ${recipientsOf('p.places', 'm.recipients')} FROM parts p WHERE p.message_id = g.id AND p.number = g.part) ELSE 1 END AS units
     ), part AS (
       UPDATE parts p SET state = moved.part_state::message_state, state_code = moved.part_code, due_at = now() + moved.due_ms * ${MS},
         sent_at = CASE WHEN moved.part_state = '${SENT}' THEN now() END, provider_id = coalesce(moved.provider_id, p.provider_id),
         results = coalesce(moved.results::jsonb, p.results)
       FROM moved WHERE p.message_id = moved.id AND p.number = moved.part
     ), attempt AS (${attemptEnded('moved.part')}
     ), event AS (${OUTCOME_LINE}
     ), refund AS (
       UPDATE upstream_accounts a SET ${addToDay('a', '(-r.units)')} FROM (
         -- In one order, so that two workers' batches do not wait for each other.
         SELECT k.account_key, r.units FROM upstream_accounts k
         JOIN (SELECT refunded, sum(units)::int AS units FROM moved WHERE refunded IS NOT NULL GROUP BY refunded) r ON r.refunded = k.account_key
         ORDER BY k.account_key FOR UPDATE OF k
       ) r WHERE a.account_key = r.account_key
     ), told AS (${tellMoves('moved')}
     )
     SELECT id, fence FROM moved`,
    [
      column((o) => o.messageId),
      column((o) => o.fence),
      column((o) => o.state),
      column((o) => o.stateCode),
      column((o) => o.dueInMs),
      column((o) => o.contentForMs),
      column((o) => o.attempt.outcome),
      column((o) => o.attempt.status),
      column((o) => o.attempt.code),
      column((o) => o.attempt.text),
      column((o) => o.providerId),
      column((o) => o.event.kind),
      column((o) => JSON.stringify(o.event.data)),
      column((o) => o.whileUncommitted ?? false),
      column((o) => o.results && JSON.stringify(o.results)),
      column((o) => o.whileLapsed ?? false),
      column((o) => o.partNumber),
      column((o) => o.dayRefund?.accountKey ?? null),
      column((o) => o.dayRefund?.counts === 'recipients'),
    ],
  );
}

async function restAccount(query: Query, accountKey: string, ms: number): Promise<void> {
  await query(
    `INSERT INTO upstream_accounts AS a (account_key, not_before) VALUES ($1, now() + $2 * ${MS})
     ON CONFLICT (account_key) DO UPDATE SET not_before = greatest(a.not_before, now() + $2 * ${MS})`,
    [accountKey, ms],
  );
}

/** Only over the secret that was refused: one that was connected anew since then is not to blame. */
export async function closeMailbox(
  query: Query,
  reconnect: { mailboxId: string; secretVersion: number; code: string },
): Promise<void> {
  const closed = await query(
    `UPDATE mailboxes SET state = 'needs_reconnect', state_code = $3, updated_at = now()
     WHERE id = $1 AND secret_version = $2 AND state = 'active' RETURNING id`,
    [reconnect.mailboxId, reconnect.secretVersion, reconnect.code],
  );
  if (closed.length > 0) await query(HOLD_WAITING, [reconnect.mailboxId, reconnect.code]);
}

/** Mail of one mailbox that waits becomes `held`. */
export const HOLD_WAITING = `WITH ${moveMessages({
  event: 'held',
  where: `m.mailbox_id = $1 AND m.account_key = (SELECT account_key FROM mailboxes WHERE id = $1) AND ${isWaiting('m')}`,
  stateCode: '$2',
  storyData: `jsonb_build_object('code', moved.state_code)`,
})}
  SELECT id FROM moved`;
