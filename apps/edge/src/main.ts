import { readSettings } from '@hikyaku/config';
import { createLogger, createShutdown, runStart } from '@hikyaku/telemetry';

/** A process behind the doors has a second behind DRAIN_MS for itself, and its parent one half more to see it end. */
const BEHIND_DRAIN_MS = { one: 1000, several: 1800 };

const settings = readSettings();
const kind = settings.EDGE_PROCESSES === 1 ? 'one' : 'several';
const logger = createLogger({ name: 'edge', level: settings.LOG_LEVEL });
const shutdown = createShutdown({ logger, deadlineMs: settings.DRAIN_MS + BEHIND_DRAIN_MS[kind] });

async function start(): Promise<void> {
  // Only what is needed is loaded: the keeper of the doors stays small.
  if (kind === 'one') await (await import('./serve-alone.ts')).serveAlone({ settings, logger, shutdown });
  else await (await import('./processes/keep-doors.ts')).keepDoors({ settings, logger, shutdown });
}

void runStart(start, { logger, shutdown });
