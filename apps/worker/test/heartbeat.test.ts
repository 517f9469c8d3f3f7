import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, RelayError } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { startHeartbeat } from '../src/turn/heartbeat.ts';

const LEASE_MS = 3_000;
const BEAT_MS = LEASE_MS / 3;

/** A heartbeat whose time passes by hand, over a database at its port. */
function scene() {
  let now = 0;
  let isAway = false;
  const renewed: string[][] = [];
  let wake = (): void => {};
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const end = now + ms;
        wake = () => now >= end && resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  const database = {
    prepared: async (_name: string, _text: string, [ids]: [string[]]) => {
      if (isAway) throw new RelayError('db.unavailable');
      renewed.push(ids);
      return [];
    },
  } as unknown as Database;
  const logger = createLogger({ name: 'test', level: 'silent' });
  const heartbeat = startHeartbeat({ database, leaseMs: LEASE_MS, maxClaimMs: 10_000, clock, logger });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    heartbeat,
    renewed,
    away: (is: boolean) => {
      isAway = is;
    },
    /** Time passes in small steps. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 100) {
        now += 100;
        wake();
        await settle();
      }
    },
    /** The whole process stands still meanwhile. */
    standStill: (ms: number) => {
      now += ms;
    },
  };
}

test('leases are renewed while they are kept, not of what has just begun, and not for ever', async () => {
  const { heartbeat, renewed, pass } = scene();
  const letGo = heartbeat.keep({ messageId: 'short', fence: 1 });
  heartbeat.keep({ messageId: 'hung', fence: 1 });
  await pass(2 * BEAT_MS + 200);
  letGo();
  await pass(BEAT_MS);
  heartbeat.keep({ messageId: 'new', fence: 1 });
  await pass(100);
  assert.deepEqual(renewed.slice(1, 4), [['short', 'hung'], ['short', 'hung'], ['hung']]);
  await pass(8_000);
  assert.deepEqual(renewed.at(-1), ['new']);
  await heartbeat.close();
});

test('nobody is taken for dead before Postgres has answered for as long as all who live need to say so', async () => {
  const { heartbeat, pass, away, standStill } = scene();
  await pass(2 * BEAT_MS - 100);
  assert.equal(heartbeat.isSteady(), false, 'just started');
  await pass(200);
  assert.equal(heartbeat.isSteady(), true);
  away(true);
  await pass(2 * LEASE_MS);
  assert.equal(heartbeat.isSteady(), false, 'Postgres is away');
  away(false);
  await pass(BEAT_MS);
  assert.equal(heartbeat.isSteady(), false, 'Postgres is just back');
  await pass(2 * BEAT_MS);
  assert.equal(heartbeat.isSteady(), true);
  standStill(LEASE_MS + 2 * BEAT_MS);
  assert.equal(heartbeat.isSteady(), false, 'it stood still');
  await pass(100);
  assert.equal(heartbeat.isSteady(), false, 'and knows nothing of what happened meanwhile');
  await pass(3 * BEAT_MS);
  assert.equal(heartbeat.isSteady(), true);
  await heartbeat.close();
});
