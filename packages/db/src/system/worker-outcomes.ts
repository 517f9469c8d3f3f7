import type { Database } from '../database.ts';
import { isWaiting } from './worker-states.ts';

/** A claim, as every write about it names it. */
export interface Claim {
  messageId: string;
  fence: number;
}

/** The end of an attempt, ready to be written. Times in milliseconds from now. */
export interface OutcomeRecord extends Claim {
  state: string;
  stateCode: string | null;
  dueInMs: number | null;
  contentForMs: number | null;
  attempt: { outcome: string; status: number | null; code: string | null; text: string | null };
  providerId: string | null;
  /** The line of the message's story. */
  event: { kind: string; data: Record<string, unknown> };
  accountRest: { accountKey: string; ms: number } | null;
  /** Only before the commit point: for claims that are taken away from a worker. */
  whileUncommitted?: boolean;
  /** Closes the mailbox and holds what waits for it, unless it was connected anew since `secretVersion`. */
  reconnect: { mailboxId: string; secretVersion: number; code: string } | null;
}

const MS = `interval '1 millisecond'`;

/** A mark of a send: its first byte may leave, or it has come to its commit point. */
export interface SendMark extends Claim {
  isCommit: boolean;
}

/**
 * The marks of sends, committed just before the steps that they announce. False where the claim is not ours any more: then the step may not be
 * taken. In the order of `marks`.
 */
export async function markSends(database: Database, marks: SendMark[]): Promise<boolean[]> {
  const rows = await database.prepared<Row>(
    'worker-mark-sends',
    `WITH marked AS (
       UPDATE messages m SET opened_at = coalesce(m.opened_at, now()), committed_at = CASE WHEN g.is_commit THEN now() END
       FROM unnest($1::uuid[], $2::int[], $3::boolean[]) AS g (id, fence, is_commit)
       WHERE m.id = g.id AND m.fence = g.fence AND m.state::text = 'sending' AND m.committed_at IS NULL AND m.lease_until > now()
       RETURNING m.id, m.fence, m.opened_at, m.committed_at
     ), begun AS (
       UPDATE attempts t SET opened_at = marked.opened_at, committed_at = marked.committed_at FROM marked
       WHERE t.message_id = marked.id AND t.part_number = 1 AND t.fence = marked.fence
     )
     SELECT id, fence FROM marked`,
    [marks.map(({ messageId }) => messageId), marks.map(({ fence }) => fence), marks.map(({ isCommit }) => isCommit)],
  );
  return areAmong(rows, marks);
}

/**
 * Writes outcomes, all or nothing: message, part, attempt and story of each. With `sent` the sealed key goes in the same commit: from then on
 * nothing opens the content. False where the claim is not ours any more; of that one nothing is written. In the order of `outcomes`; those that
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
    `SELECT 1 FROM attempts WHERE message_id = $1 AND part_number = 1 AND fence = $2 AND outcome = $3`,
    [outcome.messageId, outcome.fence, outcome.attempt.outcome],
  );
  return rows.length > 0;
}

type Query = <T extends object>(text: string, values?: unknown[]) => Promise<T[]>;

interface Row {
  id: string;
  fence: number;
}

function areAmong(rows: Row[], claims: Claim[]): boolean[] {
  const written = new Set(rows.map(({ id, fence }) => `${id} ${fence}`));
  return claims.map(({ messageId, fence }) => written.has(`${messageId} ${fence}`));
}

function writeOutcomes(query: Query, outcomes: OutcomeRecord[]): Promise<Row[]> {
  const column = (pick: (outcome: OutcomeRecord) => unknown): unknown[] => outcomes.map(pick);
  return query<Row>(
    `WITH given AS MATERIALIZED (
       SELECT g.* FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::text[], $8::int[], $9::text[],
         $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[])
         AS g (id, fence, state, code, due_ms, content_ms, outcome, status, attempt_code, text, provider_id, kind, data, while_uncommitted)
     ), moved AS (
       UPDATE messages m SET state = g.state::message_state, state_code = g.code, lease_until = NULL, due_at = now() + g.due_ms * ${MS},
         sent_at = CASE WHEN g.state = 'sent' THEN now() END, content_until = now() + g.content_ms * ${MS},
         key_sealed = CASE WHEN g.state = 'sent' THEN NULL ELSE m.key_sealed END,
         content_destroyed_at = CASE WHEN g.state = 'sent' THEN now() END
       FROM given g
       WHERE m.id = g.id AND m.fence = g.fence AND m.state::text = 'sending' AND (m.committed_at IS NULL OR NOT g.while_uncommitted)
       RETURNING m.id, m.fence, m.tenant_id, m.sent_at, g.state::message_state AS state, g.outcome, g.status, g.attempt_code, g.text,
         g.provider_id, g.kind, g.data
     ), part AS (
       UPDATE parts p SET state = moved.state, provider_id = coalesce(moved.provider_id, p.provider_id), sent_at = moved.sent_at
       FROM moved WHERE p.message_id = moved.id AND p.number = 1
     ), attempt AS (
       UPDATE attempts t SET finished_at = now(), outcome = moved.outcome, status = moved.status, code = moved.attempt_code, text = moved.text
       FROM moved WHERE t.message_id = moved.id AND t.part_number = 1 AND t.fence = moved.fence
     ), event AS (
       INSERT INTO message_events (message_id, tenant_id, kind, data) SELECT id, tenant_id, kind, data::jsonb FROM moved
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

async function closeMailbox(
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
export const HOLD_WAITING = `
  WITH held AS (
    UPDATE messages m SET state = 'held', state_code = $2, due_at = NULL
    WHERE m.mailbox_id = $1 AND m.account_key = (SELECT account_key FROM mailboxes WHERE id = $1) AND ${isWaiting('m')}
    RETURNING id, tenant_id
  ), parts_held AS (
    UPDATE parts p SET state = 'held' FROM held WHERE p.message_id = held.id
  )
  INSERT INTO message_events (message_id, tenant_id, kind, data)
  SELECT id, tenant_id, 'held', jsonb_build_object('code', $2::text) FROM held RETURNING tenant_id AS "tenantId"`;
