import { HOURLY, OFTEN, runSteps, type SweepTools } from './sweep.ts';

const HOUR_MS = 3_600_000;

/** Sweeps at once and then every `everyMs`, a little spread so that several workers do not sweep together. */
export function startSweeper(options: { everyMs: number; tools: SweepTools }): { close(): Promise<void> } {
  const { everyMs, tools } = options;
  const stop = new AbortController();
  // The first hourly round is not at start: a start is when the machine has most to do.
  let hourlyAt = tools.now() + HOUR_MS * (0.1 + 0.9 * tools.random());

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await runSteps(OFTEN, tools);
      if (tools.now() >= hourlyAt && !stop.signal.aborted) {
        await runSteps(HOURLY, tools);
        hourlyAt = tools.now() + HOUR_MS;
      }
      await rest(everyMs * (0.9 + 0.2 * tools.random()), stop.signal);
    }
  };
  const running = run();
  return {
    close: () => {
      stop.abort();
      return running;
    },
  };
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
