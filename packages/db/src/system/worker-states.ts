/**
 * Conditions on message states for statements of the worker. Comparing enums is not leakproof, so under row-level security the planner
 * knows nothing about `state`: it may believe a partial index over states to be empty and read all of it for one row. States are
 * therefore told by columns that are set in them alone (with partial indexes of their own) and checked as text, which no index takes up.
 */

/** `m` is tried when its time comes. */
export const isWaiting = (m: string): string =>
  `${m}.due_at IS NOT NULL AND ${m}.state::text IN ('queued', 'deferred', 'in_doubt')`;

/** `m` belongs to a claim. */
export const isSending = (m: string): string => `${m}.lease_until IS NOT NULL AND ${m}.state::text = 'sending'`;

/** `m` waits for its mailbox. The columns are those of index `messages_stopped`. */
export const isHeld = (m: string): string =>
  `${m}.due_at IS NULL AND ${m}.lease_until IS NULL AND ${m}.sent_at IS NULL AND ${m}.content_destroyed_at IS NULL
   AND ${m}.content_until IS NULL AND ${m}.state::text = 'held'`;

/** Mailbox `b` can send in this mode (`environment`: a parameter), as far as its tenant is concerned too. */
export const canSend = (b: string, environment: string): string =>
  `${b}.state = 'active' AND ${b}.environment = ${environment}::environment AND ${b}.deleted_at IS NULL AND ${b}.secret_sealed IS NOT NULL
   AND NOT EXISTS (SELECT FROM tenants n WHERE n.id = ${b}.tenant_id AND n.suspended_at IS NOT NULL)`;

/** `m` has come to an end, `sent` included. */
export const isEnded = (m: string): string =>
  `${m}.state::text IN ('sent', 'failed', 'expired', 'cancelled', 'suppressed', 'digested', 'quarantined')`;
