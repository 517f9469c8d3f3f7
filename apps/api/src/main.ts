import { doorsOf, readSettings, type Settings } from '@hikyaku/config';
import { PLANS, RelayError } from '@hikyaku/core';
import { hasOperator, keyStore, openDatabase, openTenantDb, outboxEnd, readOutbox, releaseHeld } from '@hikyaku/db';
import { openTurnQueue } from '@hikyaku/queue';
import { openPaceReader } from '@hikyaku/services';
import { openSpool } from '@hikyaku/spool';
import { createLogger, createShutdown, runStart, sayStarted } from '@hikyaku/telemetry';
import { openSystemMailer, openUpstreams } from '@hikyaku/upstreams';
import { openInstanceKeys, parseMasterKeys } from '@hikyaku/vault';
import { openAuthSecret } from './auth/auth-secret.ts';
import { openAccounts } from './auth/open-accounts.ts';
import { buildApi } from './build-api.ts';
import { hearChanges } from './live/hear-changes.ts';
import { createLiveHub } from './live/live-hub.ts';
import { refuseSettings } from './refuse-settings.ts';

/** Sign-in and look-ups on one pool, use cases on the other; a request holds one connection of each at most. */
const CONNECTIONS = 10;

async function start(settings: Settings): Promise<void> {
  const url = settings.DATABASE_URL;
  if (!url) throw new RelayError('config.invalid', { internal: 'the api needs DATABASE_URL' });
  const { PUBLIC_URL: publicUrl } = settings;
  const database = openDatabase({ url, role: 'system', max: CONNECTIONS, applicationName: 'hikyaku-api-system' });
  shutdown.push('database', () => database.close());
  refuseSettings(settings, await hasOperator(database));
  const keys = await openInstanceKeys({
    source: keyStore(database),
    masterKeys: parseMasterKeys(settings.MASTER_KEY ?? []),
    onReloadFailed: (err) => logger.error({ event: 'keys.reload_failed', err }),
  });
  const secret = await openAuthSecret(database, keys.tokenBox);
  const tenants = openTenantDb({ url, max: CONNECTIONS, applicationName: 'hikyaku-api' });
  shutdown.push('tenants', () => tenants.close());
  const queue = await openTurnQueue({ redisUrl: settings.REDIS_URL, databaseUrl: url, logger });
  shutdown.push('queue', () => queue.close());
  const spool = await openSpool({ dataDir: settings.DATA_DIR, url: settings.SPOOL_URL, logger });

  const mailer = openSystemMailer(settings);
  if (mailer) shutdown.push('mailer', () => mailer.close());

  const doors = doorsOf(settings);
  const upstreams = openUpstreams({ ...settings, ownPorts: doors.map(({ port }) => port) });
  shutdown.push('upstreams', () => upstreams.close());
  const { environment, identities } = upstreams;

  const hub = createLiveHub({
    outboxEnd: () => outboxEnd(database),
    readOutbox: (place, limit) => readOutbox(database, place, limit),
    logger,
  });
  const listener = await hearChanges(url, hub, logger);
  shutdown.push('listener', () => listener.close());

  const app = await buildApi({
    logger,
    publicUrl,
    proxySources: settings.PROXY_SOURCES,
    environment,
    sandboxUrl: settings.isSandbox ? `http://localhost:${settings.SANDBOX_PORT}` : null,
    channels: upstreams.channelsBy(mailer, keys.pushSigner),
    pushKey: keys.pushSigner.publicKey,
    smtp: {
      host: settings.SMTP_HOST,
      loginDomain: settings.LOGIN_DOMAIN,
      maxSizeBytes: settings.MAX_SIZE_BYTES,
      doors,
    },
    bounceDomain: settings.BOUNCE_DOMAIN ?? null,
    plan: PLANS[settings.PLAN],
    operator: { email: settings.OPERATOR_EMAIL, code: settings.OPERATOR_CODE },
    database,
    tenants,
    ...openAccounts({ database, publicUrl, environment, secret, tokenBox: keys.tokenBox, mailer, identities, logger }),
    ...keys,
    spool,
    connectors: upstreams.connectors,
    testSmtp: upstreams.testSmtp,
    checkSenderRecords: upstreams.checkSenderRecords,
    releaseHeld: async ({ id }) => {
      const released = await releaseHeld(database, id);
      if (released) await queue.wake([released.accountKey]);
    },
    queue,
    failedContentMs: settings.FAILED_CONTENT_MS,
    pace: openPaceReader(database, settings),
    hub,
  });
  shutdown.push('http', () => app.close());
  shutdown.push('live events', () => hub.close());
  await app.listen({ host: settings.API_LISTEN, port: settings.API_PORT });
  const address = app.server.address();
  sayStarted(logger, { port: typeof address === 'object' && address ? address.port : settings.API_PORT });
}

const settings = readSettings();
const logger = createLogger({ name: 'api', level: settings.LOG_LEVEL });
const shutdown = createShutdown({ logger, deadlineMs: settings.DRAIN_MS });
void runStart(() => start(settings), { logger, shutdown });
