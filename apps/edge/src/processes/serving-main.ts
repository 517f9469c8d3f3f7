import { readSettings } from '@hikyaku/config';
import { systemClock } from '@hikyaku/core';
import { checkReadiness, collectLessOften, createLogger, createShutdown, runStart } from '@hikyaku/telemetry';
import { serve } from '../serve.ts';
import type { FromProcess, ToProcess } from './process-messages.ts';
import { SharedFacts } from './shared-facts.ts';

/** The doors' sockets lie behind standard streams and the channel, in the doors' order. */
const FIRST_DOOR_FD = 4;
/**
 * Connections of one door that wait while no process takes them; the kernel's own limit (net.core.somaxconn) is the same. Of those beyond it a client believes
 * that it is connected, and nobody knows of it here.
 */
const MAX_WAITING = 4096;

const send = (message: FromProcess, sent: () => void = () => {}): void => {
  // A parent that is gone is told by `disconnect`.
  if (process.connected) process.send?.(message, undefined, undefined, () => sent());
};

collectLessOften('edge');
const settings = readSettings();
const logger = createLogger({ name: 'edge', level: settings.LOG_LEVEL });
const shutdown = createShutdown({ logger, deadlineMs: settings.DRAIN_MS + 1000 });
// The parent's, should somebody signal the whole group.
process.on('SIGHUP', () => {});

const facts = new SharedFacts(send, systemClock.now);
const early: ToProcess[] = [];
let hear: (message: ToProcess) => void;
const ticketSecret = new Promise<Buffer>((resolve) => {
  hear = (message) => {
    if (message.kind === 'tickets') resolve(Buffer.from(message.secret, 'base64'));
    else early.push(message);
  };
});
process.on('message', (message: ToProcess) => hear(message));

async function start(): Promise<void> {
  const { journal, doors, measures, checks } = await serve({
    settings,
    logger,
    shutdown,
    processes: settings.EDGE_PROCESSES,
    facts,
    ticketSecret: await ticketSecret,
    listenOn: (_door, index) => ({ fd: FIRST_DOOR_FD + index, backlog: MAX_WAITING }),
  });
  hear = (message) => {
    facts.receive(message);
    if (message.kind !== 'measure') return;
    void Promise.all([measures.registry.metrics(), checkReadiness(checks)]).then(
      ([text, readiness]) => send({ kind: 'measures', id: message.id, text, readiness }),
      // The parent goes on without them.
      (error: unknown) => logger.error({ event: 'process.unmeasured', err: error }),
    );
  };
  for (const message of early.splice(0)) hear(message);
  logger.info({ event: 'process.serving', journal, doors });
  send({ kind: 'ready', doors });
}

void runStart(start, { logger, shutdown });
