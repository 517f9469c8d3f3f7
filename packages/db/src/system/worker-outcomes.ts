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
  /** Only while nothing was opened: for claims that are taken away from a worker. */
  whileUnopened?: boolean;
  /** Closes the mailbox and holds what waits for it, unless it was connected anew since `secretVersion`. */
  reconnect: { mailboxId: string; secretVersion: number; code: string } | null;
}

const MS = `interval '1 millisecond'`;

/** The `opened` mark, committed just before the first byte to the provider. False when the claim is not ours any more: then nothing may be sent. */
export async function markOpened(database: Database, claim: Claim): Promise<boolean> {
  const rows = await database.prepared(
    'worker-mark-opened',
    `WITH opened AS (
       UPDATE messages SET opened_at = now()
       WHERE id = $1 AND fence = $2 AND state::text = 'sending' AND opened_at IS NULL AND lease_until > now()
       RETURNING id
     ), begun AS (
       UPDATE attempts t SET opened_at = now() FROM opened WHERE t.message_id = opened.id AND t.part_number = 1 AND t.fence = $2
     )
     SELECT 1 AS ours FROM opened`,
    [claim.messageId, claim.fence],
  );
  return rows.length === 1;
}

/**
 * Writes an outcome, all or nothing: message, part, attempt, story, the account's rest, the mailbox and its waiting mail. With `sent` the
 * sealed key goes in the same commit: from then on nothing opens the content. False when the claim is not ours any more; then nothing is
 * written.
 */
export async function recordOutcome(database: Database, outcome: OutcomeRecord): Promise<boolean> {
  if (!outcome.accountRest && !outcome.reconnect) {
    const prepared: Query = (text, values) => database.prepared('worker-outcome', text, values);
    return (await writeOutcome(prepared, outcome)) !== null;
  }
  return database.transaction(async (client) => {
    const query: Query = async <T extends object>(text: string, values?: unknown[]) =>
      (await client.query<T>(text, values)).rows;
    if ((await writeOutcome(query, outcome)) === null) return false;
    if (outcome.accountRest) await restAccount(query, outcome.accountRest.accountKey, outcome.accountRest.ms);
    if (outcome.reconnect) await closeMailbox(query, outcome.reconnect);
    return true;
  });
}

/** True when this very outcome is in the table already: a commit whose answer was lost. */
export async function isOutcomeWritten(database: Database, outcome: OutcomeRecord): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1 FROM attempts WHERE message_id = $1 AND part_number = 1 AND fence = $2 AND outcome = $3`,
    [outcome.messageId, outcome.fence, outcome.attempt.outcome],
  );
  return rows.length > 0;
}

type Query = <T extends object>(text: string, values?: unknown[]) => Promise<T[]>;

async function writeOutcome(query: Query, outcome: OutcomeRecord): Promise<{ tenantId: string } | null> {
  const rows = await query<{ tenantId: string }>(
    `WITH moved AS (
       UPDATE messages SET state = $3::message_state, state_code = $4, lease_until = NULL, due_at = now() + $5 * ${MS},
         sent_at = CASE WHEN $3 = 'sent' THEN now() END, content_until = now() + $6 * ${MS},
         key_sealed = CASE WHEN $3 = 'sent' THEN NULL ELSE key_sealed END,
         content_destroyed_at = CASE WHEN $3 = 'sent' THEN now() END
       WHERE id = $1 AND fence = $2 AND state::text = 'sending' AND (opened_at IS NULL OR NOT $14::boolean)
       RETURNING id, tenant_id, sent_at
     ), part AS (
       UPDATE parts p SET state = $3::message_state, provider_id = coalesce($11, p.provider_id), sent_at = moved.sent_at
       FROM moved WHERE p.message_id = moved.id AND p.number = 1
     ), attempt AS (
       UPDATE attempts t SET finished_at = now(), outcome = $7, status = $8, code = $9, text = $10
       FROM moved WHERE t.message_id = moved.id AND t.part_number = 1 AND t.fence = $2
     ), event AS (
       INSERT INTO message_events (message_id, tenant_id, kind, data) SELECT id, tenant_id, $12, $13::jsonb FROM moved
     )
     SELECT tenant_id AS "tenantId" FROM moved`,
    [
      outcome.messageId,
      outcome.fence,
      outcome.state,
      outcome.stateCode,
      outcome.dueInMs,
      outcome.contentForMs,
      outcome.attempt.outcome,
      outcome.attempt.status,
      outcome.attempt.code,
      outcome.attempt.text,
      outcome.providerId,
      outcome.event.kind,
      JSON.stringify(outcome.event.data),
      outcome.whileUnopened ?? false,
    ],
  );
  return rows[0] ?? null;
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
