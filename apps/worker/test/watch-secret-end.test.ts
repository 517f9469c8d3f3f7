import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import { daysLeft, watchSecretEnd } from '../src/operator/watch-secret-end.ts';

test('a secret lives to the end of its last day', () => {
  assert.equal(daysLeft('2027-05-31', Date.parse('2027-05-31T12:00:00Z')), 0);
  assert.equal(daysLeft('2027-05-31', Date.parse('2027-05-01T00:00:00Z')), 30);
  assert.equal(daysLeft('2027-05-31', Date.parse('2027-06-01T00:00:00Z')), -1);
});

test('the end of a secret is told from 30 days before, and each day again; an ended one as an error', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const told: string[] = [];
  const logger = createLogger({ name: 'test', level: 'silent' });
  Object.assign(logger, {
    warn: (_: unknown, text: string) => told.push(`warn ${text}`),
    error: (_: unknown, text: string) => told.push(`error ${text}`),
  });
  let now = Date.parse('2027-04-30T12:00:00Z');
  const metrics = createMetrics('worker');
  const watch = watchSecretEnd({ ends: '2027-05-31', metrics, logger, now: () => now });
  assert.equal(told.length, 0);
  for (const day of ['2027-05-01', '2027-05-02', '2027-06-01']) {
    now = Date.parse(`${day}T12:00:00Z`);
    t.mock.timers.tick(86_400_000);
  }
  watch.close();
  assert.deepEqual(
    told.map((line) => line.slice(0, 60)),
    [
      'warn the client secret at Microsoft ends in 30 days: renew i',
      'warn the client secret at Microsoft ends in 29 days: renew i',
      'error the client secret at Microsoft has ended: every Micros',
    ],
  );
});
