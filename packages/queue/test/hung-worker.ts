import { createLogger } from '@hikyaku/telemetry';
import { openTurnWorker } from '../src/index.ts';

/** Takes a turn and never ends it; its parent kills it. */
await openTurnWorker({
  ...JSON.parse(process.argv[2]!),
  logger: createLogger({ name: 'hung', level: 'silent' }),
  concurrency: 1,
  lockMs: 600,
  stalledCheckMs: 300,
  process: (accountKey) => {
    process.send!(accountKey);
    return new Promise(() => {});
  },
});
