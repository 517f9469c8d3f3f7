import { doorsOf } from '@hikyaku/config';
import { createMetrics, sayStarted, startHealthServer } from '@hikyaku/telemetry';
import type { EdgeStart } from '../edge-start.ts';
import { Crew } from './crew.ts';
import { gatherMetrics } from './gathered-metrics.ts';
import { holdDoors } from './held-doors.ts';

/** A process has its own deadline, a second behind DRAIN_MS. */
const BEHIND_DRAIN_MS = 1500;

/**
 * The edge of several processes: holds the doors' sockets, keeps the processes behind them, and does nothing else, so that it has no reason to
 * end. SIGHUP renews the processes one after the other, from the sources as they are by then.
 */
export async function keepDoors({ settings, logger, shutdown }: EdgeStart): Promise<void> {
  // Who reads our log may be gone; our processes have their own to finish.
  process.stdout.on('error', () => {});
  const doors = await holdDoors(doorsOf(settings), settings.SMTP_LISTEN);
  const crew = new Crew({
    count: settings.EDGE_PROCESSES,
    doors: doors.held,
    restartMaxMs: settings.RESTART_MAX_MS,
    drainMs: settings.DRAIN_MS + BEHIND_DRAIN_MS,
    logger,
  });
  shutdown.push('processes', () => crew.stop());
  // Closed first: at a stop who connects is refused, instead of waiting for nobody.
  shutdown.push('doors', () => doors.close());
  const ports = await crew.start();
  process.on('SIGHUP', () => void crew.renew());

  const own = createMetrics('edge', { process: 'parent' });
  own.observe('edge_processes', 'Processes behind the doors', () => crew.size);
  own.observe('edge_process_restarts', 'Processes that ended by themselves', () => crew.restarts);
  const health = await startHealthServer({
    host: settings.METRICS_LISTEN,
    token: settings.METRICS_TOKEN,
    port: settings.METRICS_PORT,
    metrics: {
      registry: {
        contentType: own.registry.contentType,
        metrics: async () =>
          gatherMetrics([await own.registry.metrics(), ...(await crew.measure()).map(({ text }) => text)]),
      },
    },
    checks: { processes: async () => (await crew.measure()).some(({ readiness }) => readiness.isReady) },
  });
  shutdown.push('health', () => health.close());
  sayStarted(logger, { doors: ports, metricsPort: health.port, processes: crew.size });
}
