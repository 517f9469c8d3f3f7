import { appendFileSync } from 'node:fs';
import { armFaultPoints } from '@hikyaku/core';
import { keyStore, openDatabase } from '@hikyaku/db';
import { openFileSpool } from '@hikyaku/spool';
import { createMetrics } from '@hikyaku/telemetry';
import { openInstanceKeys } from '@hikyaku/vault';
import { createWorkerMetrics } from '../src/metrics.ts';
import { startWorkerApp } from '../src/worker-app.ts';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
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
await startWorkerApp({
  database,
  spool: await openFileSpool({ dir: given.spoolDir, logger }),
  keys: await openInstanceKeys({
    source: keyStore(database),
    masterKeys: [Buffer.from(given.masterKey, 'base64')],
    onReloadFailed: () => {},
  }),
  transports: {
    microsoft: {
      ...provider,
      send: async (request) => {
        if (given.marksFirstByte) await request.beforeFirstByte();
        return provider.send(request);
      },
    },
  },
  channels: NO_CHANNELS,
  alertsUrl: 'https://relay.example/alerts',
  environment: 'sandbox',
  limits: { ...LIMITS, ...given.limits },
  redisUrl: given.redisUrl,
  databaseUrl: given.databaseUrl,
  receivedBy: 'relay.example',
  loginDomain: 'mail.local',
  metrics: createWorkerMetrics(createMetrics('worker')),
  logger,
  concurrency: 4,
});
