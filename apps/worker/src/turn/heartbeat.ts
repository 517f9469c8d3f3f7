import type { Clock } from '@hikyaku/core';
import { type Claim, type Database, renewLeases } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

/** Renews the leases of what this worker is sending, and knows how long Postgres has answered. */
export interface Heartbeat {
  /** Keeps a claim's lease until the answer is called, or the claim is so old that whatever has it hangs. */
  keep(claim: Claim): () => void;
  /**
   * True when Postgres has answered each beat for so long that any other worker that lives has renewed its leases. Before that a lease that ran out
   * says nothing of its worker: after an outage all of them have, and the first to look must not take everybody for dead.
   */
  isSteady(): boolean;
  close(): Promise<void>;
}

/** A lease bears two beats that fail or come late. */
const BEATS_PER_LEASE = 3;
/** A beat that failed is repeated that soon, so that all beat again before anybody is steady. */
const AGAIN_MS = 500;

export function startHeartbeat(options: {
  database: Database;
  leaseMs: number;
  /** No claim is older: its send and the writing of its outcome have deadlines. */
  maxClaimMs: number;
  clock: Clock;
  logger: Logger;
}): Heartbeat {
  const { database, leaseMs, maxClaimMs, clock, logger } = options;
  const beatMs = leaseMs / BEATS_PER_LEASE;
  const claims = new Map<Claim, number>();
  const stop = new AbortController();
  let steadySince: number | null = null;
  let lastBeat = Number.NEGATIVE_INFINITY;

  const beat = async (): Promise<boolean> => {
    const now = clock.now();
    const isDue = ([, since]: [Claim, number]): boolean => now - since >= beatMs / 2 && now - since < maxClaimMs;
    try {
      const due = [...claims].filter(isDue).map(([claim]) => claim);
      await renewLeases(database, due, leaseMs);
    } catch (error) {
      if (steadySince !== null) logger.warn({ event: 'heartbeat.failed', err: error });
      steadySince = null;
      return false;
    }
    // A process that stood still saw nothing of what happened meanwhile.
    if (clock.now() - lastBeat > leaseMs) steadySince = null;
    lastBeat = clock.now();
    steadySince ??= lastBeat;
    return true;
  };
  const beating = (async () => {
    while (!stop.signal.aborted) {
      const restMs = (await beat()) ? beatMs : Math.min(beatMs, AGAIN_MS);
      await clock.sleep(restMs, stop.signal).catch(() => {});
    }
  })();

  return {
    keep(claim) {
      claims.set(claim, clock.now());
      return () => void claims.delete(claim);
    },
    isSteady: () =>
      steadySince !== null && clock.now() - lastBeat < 2 * beatMs && clock.now() - steadySince >= 2 * beatMs,
    async close() {
      stop.abort();
      await beating;
    },
  };
}
