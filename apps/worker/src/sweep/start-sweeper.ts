import { systemClock } from '@hikyaku/core';
import { ALERT_LOOKS, ALERTING } from '../alerts/alert-steps.ts';
import { DIGESTING } from '../digests/digest-steps.ts';
import { OFTEN, runSteps, type SweepStep, type SweepTools } from './sweep.ts';
import { COUNTING, HOURLY, UPKEEP } from './upkeep.ts';

/** Numbers on a page may be that much behind; an idle look is one small statement. */
const COUNT_EVERY_MS = 1_000;
/** Alerts wait ten seconds at the least before they are told. */
const ALERT_EVERY_MS = 1_000;
const DIGEST_EVERY_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Loops beside each other, so that nothing urgent waits for something long: the sweep at once and then every `everyMs`, counts, alerts and digests every
 * second, upkeep every minute, the long looks every hour. Each is a little spread, so that several workers do not do the same at once.
 */
export function startSweeper(options: { everyMs: number; tools: Omit<SweepTools, 'stopping'> }): {
  close(): Promise<void>;
} {
  const stop = new AbortController();
  const tools: SweepTools = { ...options.tools, stopping: stop.signal };
  const rest = (ms: number): Promise<void> => systemClock.sleep(ms, stop.signal).catch(() => {});
  const spread = (ms: number): number => ms * (0.9 + 0.2 * tools.random());

  const keepRunning = async (steps: Record<string, SweepStep>, everyMs: number, firstInMs: number): Promise<void> => {
    if (firstInMs > 0) await rest(firstInMs);
    while (!stop.signal.aborted) {
      await runSteps(steps, tools);
      await rest(spread(everyMs));
    }
  };
  // A start is when the machine has most to do: what can wait does.
  const running = Promise.all([
    keepRunning(OFTEN, options.everyMs, 0),
    keepRunning(COUNTING, COUNT_EVERY_MS, 0),
    keepRunning(ALERTING, ALERT_EVERY_MS, 0),
    keepRunning(DIGESTING, DIGEST_EVERY_MS, 0),
    keepRunning({ ...UPKEEP, ...ALERT_LOOKS }, MINUTE_MS, MINUTE_MS * tools.random()),
    keepRunning(HOURLY, HOUR_MS, HOUR_MS * (0.1 + 0.9 * tools.random())),
  ]);
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
