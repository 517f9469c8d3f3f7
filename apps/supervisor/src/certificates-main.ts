/**
 * Certificates alone, for where every process is in a container of its own (docker-compose.yml): asks the authority, answers its challenges at WEB_PORT, to which whoever has
 * port 80 passes them on, and leaves pairs in DATA_DIR/certificates, where the doors look.
 */
import { createServer } from 'node:http';
import { readSettings } from '@hikyaku/config';
import { createLogger, createShutdown, runStart, sayStarted } from '@hikyaku/telemetry';
import { answerChallenge, sayChallenge } from './acme/challenges.ts';
import { watchAuthority } from './acme/watch-authority.ts';
import { prepareDataDir } from './data-dir.ts';

/** Nothing here takes longer than to close a socket. */
const CLOSE_WITHIN_MS = 2000;

const settings = readSettings();
const logger = createLogger({ name: 'certificates', level: settings.LOG_LEVEL });
const shutdown = createShutdown({ logger, deadlineMs: CLOSE_WITHIN_MS });

async function start(): Promise<void> {
  await prepareDataDir(settings.DATA_DIR);
  const challenges = new Map<string, string>();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (incoming, outgoing) =>
    sayChallenge(outgoing, answerChallenge(challenges, incoming.url ?? '/') ?? null),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.WEB_PORT, resolve);
  });
  shutdown.push('challenges', () => {
    server.close();
    server.closeAllConnections();
  });
  const authority = await watchAuthority(settings, {
    challenges,
    log: ({ event, ...facts }) => logger.info({ event, ...facts }),
    onIssued: () => {},
    onProblem: (text) => logger.error({ event: 'certificates.trouble' }, text),
  });
  shutdown.push('authority', () => authority.close());
  sayStarted(logger, { port: settings.WEB_PORT, isAsking: settings.ACME });
}

void runStart(start, { logger, shutdown });
