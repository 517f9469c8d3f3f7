import {
  countMoves,
  deleteOldMessages,
  deleteOldTombstones,
  dropOldOAuthStates,
  findQuietMailboxes,
  pruneArrivals,
  pruneHours,
  pruneOutbox,
  pruneSessions,
  pruneWatches,
  recountStates,
  redirectFromChannels,
} from '@hikyaku/db';
import { byTrustedClock } from './by-trusted-clock.ts';
import { findOrphans } from './find-orphans.ts';
import { inShares, ROWS_PER_STATEMENT } from './in-shares.ts';
import { lookAtClock } from './look-at-clock.ts';
import type { SweepStep, SweepTools } from './sweep.ts';

/** Statements per step and round: 20,000 messages a minute are thirty times what one machine takes in, and other steps have their turn. */
const STATEMENTS = 40;
/** Mailboxes whose renewal is asked for in a round: a hundred thousand quiet ones are spread over a week, ten a minute. */
const REFRESHES = 100;

/** Mails that a recount reads in one statement: some twenty milliseconds. */
const RECOUNT_ROWS = 20_000;

const sharesOf = ({ stopping }: SweepTools) => ({ statements: STATEMENTS, stopping });

/** What is done every second: the counts of the overview follow the outbox. */
export const COUNTING: Record<string, SweepStep> = {
  async counts(tools) {
    await inShares(() => countMoves(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  },

  /** Behind that: what was counted was written by a clock that is seen now. */
  clock: lookAtClock,
};

/** What is done every minute, in a loop of its own: lost leases do not wait for a backlog of old mail. */
export const UPKEEP: Record<string, SweepStep> = {
  retention: byTrustedClock(async (tools) => {
    let deleted = 0;
    // A look that deletes nothing is no end: other tenants may be due.
    await inShares(async () => {
      const looked = await deleteOldMessages(tools.database, ROWS_PER_STATEMENT);
      deleted += looked?.deleted ?? 0;
      return looked ? 1 : 0;
    }, sharesOf(tools));
    if (deleted > 0) tools.logger.info({ event: 'sweep.retention', messages: deleted });
  }),

  /** Mail that waited for a channel of its owner's which is there no more. */
  redirected: (tools) => redirectFromChannels(tools.database, ROWS_PER_STATEMENT),

  async outbox(tools) {
    await inShares(() => pruneOutbox(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  },

  sessions: byTrustedClock(async (tools) => {
    await inShares(() => pruneSessions(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
    await inShares(() => pruneWatches(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  }),

  hours: byTrustedClock(async (tools) => {
    await inShares(() => pruneHours(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  }),

  /** A worker of an older version that ran beside newer ones may have told less than it did. */
  async recounts(tools) {
    await inShares(async () => {
      const done = await recountStates(tools.database, RECOUNT_ROWS, tools.stopping);
      if (done?.mended) tools.logger.warn({ event: 'counts.mended', tenantId: done.tenantId, states: done.mended });
      return done ? 1 : 0;
    }, sharesOf(tools));
  },

  tombstones: byTrustedClock(async (tools) => {
    await inShares(() => deleteOldTombstones(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  }),

  async oauthStates(tools) {
    await inShares(() => dropOldOAuthStates(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  },

  /** Postgres says what is due, however often the queue was emptied. */
  async quietMailboxes(tools) {
    for (const mailboxId of await findQuietMailboxes(tools.database, tools.environment, REFRESHES)) {
      await tools.refreshes.add({ mailboxId }, { id: mailboxId });
    }
  },
};

/** What is done about once an hour: it reads the whole spool, or a whole table. */
export const HOURLY: Record<string, SweepStep> = {
  arrivals: byTrustedClock(async (tools) => {
    await inShares(() => pruneArrivals(tools.database, ROWS_PER_STATEMENT), sharesOf(tools));
  }),

  async orphans(tools) {
    const orphans = await findOrphans(tools.database, tools.spool, tools.now());
    tools.metrics.orphans.set(orphans.length);
    if (orphans.length === 0) return;
    tools.logger.warn({ event: 'sweep.orphans', count: orphans.length, objects: orphans.slice(0, 20) });
  },
};
