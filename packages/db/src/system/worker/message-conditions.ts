import { ARRIVALS, FINAL_STATES, type MessageState, moveOf, statesBefore, WAITING_STATES } from '@hikyaku/core';

/**
 * Conditions on message states for statements of the worker, made from core's table of moves. Comparing enums is not leakproof, so under
 * row-level security the planner knows nothing about `state`: it may believe a partial index over states to be empty and read all of it for one
 * row. States are therefore told by columns that are set in them alone (with partial indexes of their own) and checked as text, which no index
 * takes up.
 */

/** SQL: a list of states as text. */
export const quoted = (states: readonly MessageState[]): string => states.map((state) => `'${state}'`).join(', ');

/** `m` is tried when its time comes. */
export const isWaiting = (m: string): string =>
  `${m}.due_at IS NOT NULL AND ${m}.state::text IN (${quoted(WAITING_STATES)})`;

/**
 * `m` is tried now. `due_at` is kept in milliseconds and rounded, so that what is due at once is due up to half of one later than it was written; and a job that waited until then
 * comes up to one early, by a clock that tells whole ones. A look that says "not yet" for that costs a turn, and within one up to a second.
 */
export const isDue = (m: string): string => `${isWaiting(m)} AND ${m}.due_at <= now() + interval '1 millisecond'`;

/** `m` belongs to a claim. */
export const isSending = (m: string): string =>
  `${m}.lease_until IS NOT NULL AND ${m}.state::text IN (${quoted(statesBefore('accepted'))})`;

/** State `digested` as `messages.state_number` has it. */
export const DIGESTED = 7;

/** `x`, a message or a part, waits for its owner's word about recipients, and for nothing else: no mailbox, no retry and no claim sends it. */
export const isUnconfirmed = (x: string): string =>
  `coalesce(${x}.state_code = '${ARRIVALS.arrived_unconfirmed.code}', false)`;

/** `p` may still be sent, as far as its owner's word goes. */
export const mayBeSent = (p: string): string =>
  `${p}.sent_at IS NULL AND NOT ${isUnconfirmed(p)} AND ${p}.state::text <> '${moveOf('suppressed').to}'`;

/** `m` waits for its mailbox. The columns are those of index `messages_stopped`. */
export const isHeld = (m: string): string =>
  `${m}.due_at IS NULL AND ${m}.lease_until IS NULL AND ${m}.sent_at IS NULL AND ${m}.content_destroyed_at IS NULL
   AND ${m}.content_until IS NULL AND NOT ${isUnconfirmed(m)} AND ${m}.state::text IN (${quoted(statesBefore('released'))})`;

/** Mailbox `b` can send in this mode (`environment`: a parameter), as far as its tenant is concerned too. */
export const canSend = (b: string, environment: string): string =>
  `${b}.state = 'active' AND ${b}.environment = ${environment}::environment AND ${b}.deleted_at IS NULL AND ${b}.secret_sealed IS NOT NULL
   AND NOT EXISTS (SELECT FROM tenants n WHERE n.id = ${b}.tenant_id AND n.suspended_at IS NOT NULL)`;

/** `m` has come to an end, `sent` included. */
export const isEnded = (m: string): string => `${m}.state::text IN (${quoted(FINAL_STATES)})`;

/** SQL: `accounts` of a recursive WITH, the accounts with mail that is due some time. By skips over the index `messages_turn`, one look an account; the last row is null. */
export const ACCOUNTS_DUE = `accounts AS (
  (SELECT m.account_key FROM messages m WHERE m.due_at IS NOT NULL ORDER BY m.account_key LIMIT 1)
  UNION ALL
  SELECT (SELECT m.account_key FROM messages m WHERE m.due_at IS NOT NULL AND m.account_key > k.account_key ORDER BY m.account_key LIMIT 1)
  FROM accounts k WHERE k.account_key IS NOT NULL
)`;

/** SQL: message row `m` has parts of its own, or some recipient was answered for. */
export const hasPartsOfItsOwn = (m: string): string =>
  `EXISTS (SELECT FROM parts p WHERE p.message_id = ${m}.id AND (p.number > 1 OR p.sent_at IS NOT NULL OR cardinality(p.places) > 0 OR p.results IS NOT NULL))`;
