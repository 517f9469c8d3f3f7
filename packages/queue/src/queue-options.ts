/** BullMQ's own event stream: nobody here reads it, so it is kept short (its default is 10,000). */
export const EVENTS_KEPT = 100;

/**
 * Seconds an idle worker blocks for a job (default 5): bounds how long a missed notification is missed.
 * Pinned by the recovery test of both backends.
 */
export const DRAIN_DELAY_S = 1;

/** The same of jobs that are no turns: what they are for waits ten seconds and more anyway, and each look that finds nothing is four statements. */
export const JOB_DRAIN_DELAY_S = 5;

/**
 * Rest after a lost connection. BullMQ calls it internal and sets 15 s: a restarted database would leave mail lying for 14 s (tried).
 * Pinned by the recovery test of both backends.
 */
export const RUN_RETRY_DELAY_MS = 500;
