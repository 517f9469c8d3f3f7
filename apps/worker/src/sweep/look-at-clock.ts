import type { OutcomePlans } from '@hikyaku/core';
import { type Database, followClock } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

export interface ClockTools {
  database: Database;
  plans: OutcomePlans;
  /** The longest ones that a claim and a turn are given, milliseconds. */
  leases: { leaseMs: number; turnLeaseMs: number };
  logger: Logger;
}

/** Follows Postgres's clock where it was set, or where nobody looked for long. */
export async function lookAtClock({ database, leases, plans, logger }: ClockTools): Promise<void> {
  const byMs = await followClock(database, { ...leases, failedContentMs: plans.failedContentMs });
  if (byMs > 0) logger.warn({ event: 'clock.set_back', byMs: Math.round(byMs) });
  if (byMs < 0) logger.warn({ event: 'clock.unseen', forMs: Math.round(-byMs) });
}
