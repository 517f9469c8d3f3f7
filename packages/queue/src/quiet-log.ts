import type { Logger } from '@hikyaku/telemetry';

/** One line a second at most: a store that is away raises thousands of the same error. */
const EVERY_MS = 1_000;

/** Logs errors under `event`, with how many were left out since the last line. */
export function createQuietLog(logger: Logger, event: string): (error: unknown) => void {
  let nextAt = 0;
  let leftOut = 0;
  return (error) => {
    const now = Date.now();
    if (now < nextAt) {
      leftOut += 1;
      return;
    }
    logger.warn({ event, leftOut, err: error });
    nextAt = now + EVERY_MS;
    leftOut = 0;
  };
}
