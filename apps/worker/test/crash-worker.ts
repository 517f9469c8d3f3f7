import { appendFileSync } from 'node:fs';
import { armFaultPoints, type MailTransport, PLANS } from '@hikyaku/core';
import { keyStore, openDatabase } from '@hikyaku/db';
import { openFileSpool } from '@hikyaku/spool';
import { createMetrics } from '@hikyaku/telemetry';
import { openUpstreams, type Upstreams } from '@hikyaku/upstreams';
import { openInstanceKeys } from '@hikyaku/vault';
import { createWorkerMetrics } from '../src/metrics.ts';
import { startWorkerApp } from '../src/worker-app.ts';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { UPLOAD_SCOPES } from './sandbox-account.ts';
import { LIMITS, logger, NO_CHANNELS } from './scene.ts';

/** A worker process that a test may kill. Each mail whose first byte left is a line in a file, written before the provider answers. */
const given = JSON.parse(process.argv[2]!) as {
  databaseUrl: string;
  redisUrl?: string;
  masterKey: string;
  spoolDir: string;
  sentFile: string;
  faultPoints: string;
  marksFirstByte: boolean;
  /** With it the mail leaves by Microsoft's and Google's own transports to the sandbox there. */
  sandboxOrigin?: string;
  sandboxSmtpPort?: number;
  limits: Partial<typeof LIMITS>;
};
armFaultPoints(given.faultPoints);
const database = openDatabase({
  url: given.databaseUrl,
  role: 'system',
  max: 10,
  applicationName: 'crash-worker',
  plansOnce: true,
});
const provider = fakeTransport(({ mail }) => {
  appendFileSync(given.sentFile, `${mail.messageId}\n`);
  return ACCEPTED;
});
const watched: MailTransport = {
  ...provider,
  send: async (request) => {
    if (given.marksFirstByte) await request.beforeFirstByte();
    return provider.send(request);
  },
};
const real = (sandboxOrigin: string): Upstreams['transports'] =>
  openUpstreams({
    isSandbox: true,
    sandboxOrigin,
    ...(given.sandboxSmtpPort === undefined ? {} : { SANDBOX_SMTP_PORT: given.sandboxSmtpPort }),
    MICROSOFT_SCOPES: UPLOAD_SCOPES,
  }).transports;
await startWorkerApp({
  database,
  spool: await openFileSpool({ dir: given.spoolDir, logger }),
  keys: await openInstanceKeys({
    source: keyStore(database),
    masterKeys: [Buffer.from(given.masterKey, 'base64')],
    onReloadFailed: () => {},
  }),
  transports: given.sandboxOrigin === undefined ? { microsoft: watched } : real(given.sandboxOrigin),
  channels: NO_CHANNELS,
  alertsUrl: 'https://relay.example/alerts',
  environment: 'sandbox',
  limits: { ...LIMITS, ...given.limits },
  plan: PLANS['self-hosted'],
  redisUrl: given.redisUrl,
  databaseUrl: given.databaseUrl,
  receivedBy: 'relay.example',
  loginDomain: 'mail.local',
  metrics: createWorkerMetrics(createMetrics('worker')),
  logger,
  concurrency: 4,
});
