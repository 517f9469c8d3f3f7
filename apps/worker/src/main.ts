import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorityFolder, doorsOf, readSettings, type Settings, wantedCertificates } from '@hikyaku/config';
import { CERTIFICATE_TROUBLES_FILE, obeyFaultPoints, PLANS, RelayError } from '@hikyaku/core';
import { keyStore, openDatabase, pingDatabase } from '@hikyaku/db';
import { openSpool } from '@hikyaku/spool';
import {
  collectLessOften,
  createLogger,
  createMetrics,
  createShutdown,
  runStart,
  sayStarted,
  startHealthServer,
} from '@hikyaku/telemetry';
import { openSystemMailer, openUpstreams } from '@hikyaku/upstreams';
import { openInstanceKeys, parseMasterKeys } from '@hikyaku/vault';
import { createWorkerMetrics } from './metrics.ts';
import { operatorWays } from './operator/operator-ways.ts';
import { createProviderTroubles } from './operator/provider-troubles.ts';
import { watchInstance } from './operator/watch-instance.ts';
import { watchSecretEnd } from './operator/watch-secret-end.ts';
import { startWorkerApp } from './worker-app.ts';

/** Turns wait on providers and share a few connections; four of them may be held by token refreshes. */
const CONNECTIONS = 16;
const DATABASE_REST_MS = 500;

async function start(settings: Settings): Promise<void> {
  const url = settings.DATABASE_URL;
  if (!url) throw new RelayError('config.invalid', { internal: 'the worker needs DATABASE_URL' });
  const masterKeys = parseMasterKeys(settings.MASTER_KEY ?? []);
  if (settings.FAULT_POINTS) obeyFaultPoints(settings.FAULT_POINTS, 'worker');

  const applicationName = 'hikyaku-worker';
  const database = openDatabase({ url, role: 'system', max: CONNECTIONS, applicationName, plansOnce: true });
  shutdown.push('database', () => database.close());
  let isStarted = false;
  const measures = createMetrics('worker');
  const health = await startHealthServer({
    host: settings.METRICS_LISTEN,
    token: settings.METRICS_TOKEN,
    port: settings.METRICS_PORT,
    metrics: measures,
    checks: { database: () => pingDatabase(database), started: () => isStarted },
  });
  shutdown.push('health', () => health.close());

  const spool = await openSpool({ dataDir: settings.DATA_DIR, url: settings.SPOOL_URL, logger });
  const keys = await patiently(() =>
    openInstanceKeys({
      source: keyStore(database),
      masterKeys,
      onReloadFailed: (err) => logger.error({ event: 'keys.reload_failed', err }),
    }),
  );
  const { environment, transports, ...upstreams } = openUpstreams({
    ...settings,
    ownPorts: doorsOf(settings).map(({ port }) => port),
  });
  shutdown.push('upstreams', () => upstreams.close());
  const mailer = openSystemMailer(settings);
  if (mailer) shutdown.push('mailer', async () => mailer.close());
  const providerTroubles = createProviderTroubles();
  const app = await patiently(() =>
    startWorkerApp({
      database,
      spool,
      keys,
      transports,
      channels: upstreams.channelsBy(mailer, keys.pushSigner),
      alertsUrl: `${settings.PUBLIC_URL}/alerts`,
      providerTroubles,
      environment,
      limits: settings,
      plan: PLANS[settings.PLAN],
      obeysFaults: settings.FAULT_POINTS !== undefined,
      redisUrl: settings.REDIS_URL,
      databaseUrl: url,
      receivedBy: settings.SMTP_HOST,
      loginDomain: settings.LOGIN_DOMAIN,
      metrics: createWorkerMetrics(measures),
      logger,
    }),
  );
  shutdown.push('worker', () => app.close());
  if (settings.MICROSOFT_CLIENT_SECRET_ENDS && transports.microsoft && environment === 'live') {
    const watch = watchSecretEnd({ ends: settings.MICROSOFT_CLIENT_SECRET_ENDS, metrics: measures, logger });
    shutdown.push('secret end', async () => watch.close());
  }
  const operator = await watchInstance({
    ...{ database, logger, dataDir: settings.DATA_DIR, keepFreeBytes: settings.JOURNAL_KEEP_FREE_BYTES },
    secretEnds: (environment === 'live' && transports.microsoft && settings.MICROSOFT_CLIENT_SECRET_ENDS) || null,
    certificateFiles: [
      ...settings.TLS_CERT_FILES,
      ...settings.LEGACY_TLS_CERT_FILES,
      ...wantedCertificates(settings).map(({ path }) => path),
    ],
    troublesFile: settings.ACME ? join(authorityFolder(settings), CERTIFICATE_TROUBLES_FILE) : null,
    providerTroubles,
    pingQueue: app.pingQueue,
    tell: operatorWays({ mailer, email: settings.OPERATOR_EMAIL, url: settings.OPERATOR_ALERT_URL }),
  });
  shutdown.push('operator', async () => operator.close());
  isStarted = true;
  sayStarted(logger, { metricsPort: health.port, providers: Object.keys(transports) });
}

/** A worker that starts before its database waits for it; whatever else fails is the start's failure. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RelayError) || error.code !== 'db.unavailable') throw error;
      if (tries % 20 === 0) logger.warn({ event: 'start.waits', err: error });
      await sleep(DATABASE_REST_MS);
    }
  }
}

collectLessOften();
const settings = readSettings();
const logger = createLogger({ name: 'worker', level: settings.LOG_LEVEL });
const shutdown = createShutdown({ logger, deadlineMs: settings.DRAIN_MS + 1000 });
void runStart(() => start(settings), { logger, shutdown });
