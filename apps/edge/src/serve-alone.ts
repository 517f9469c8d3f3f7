import { randomBytes } from 'node:crypto';
import { systemClock } from '@hikyaku/core';
import { collectLessOften, sayStarted, startHealthServer } from '@hikyaku/telemetry';
import type { EdgeStart } from './edge-start.ts';
import { SharedFacts } from './processes/shared-facts.ts';
import { serve } from './serve.ts';

/** The edge of one process: listens itself, and its doors are closed while it starts again. */
export async function serveAlone({ settings, logger, shutdown }: EdgeStart): Promise<void> {
  collectLessOften('edge');
  const { doors, measures, checks } = await serve({
    settings,
    logger,
    shutdown,
    processes: 1,
    facts: new SharedFacts(null, systemClock.now),
    ticketSecret: randomBytes(32),
    listenOn: ({ port }) => ({ port, host: settings.SMTP_LISTEN }),
  });
  const health = await startHealthServer({
    host: settings.METRICS_LISTEN,
    token: settings.METRICS_TOKEN,
    port: settings.METRICS_PORT,
    metrics: measures,
    checks,
  });
  shutdown.push('health', () => health.close());
  sayStarted(logger, { doors, metricsPort: health.port });
}
