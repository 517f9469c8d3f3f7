import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import type { OutcomeRecord } from '@hikyaku/db';
import { recordUntil } from '../src/outcome/record-until.ts';
import { logger } from './scene.ts';

const record: OutcomeRecord = {
  messageId: '00000000-0000-7000-8000-000000000001',
  fence: 3,
  partNumber: 1,
  state: 'failed',
  stateCode: 'upstream.rejected',
  dueInMs: null,
  contentForMs: 1_000,
  attempt: { outcome: 'rejected', status: 400, code: 'upstream.rejected', text: 'their words' },
  providerId: 'their number',
  results: null,
  event: { kind: 'rejected', data: {} },
  dayRefund: null,
  accountRest: null,
  reconnect: null,
};
const refused = (code: string): Error => Object.assign(new Error('refused'), { code });

/** Writes to a database that answers with `errors` in turn, then takes it. What was tried, and how long it was waited. */
async function recordWith(errors: Error[], leaseMs: number) {
  const tried: OutcomeRecord[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const writer = {
    record: async (outcome: OutcomeRecord) => {
      tried.push(outcome);
      const error = errors.shift();
      if (error) throw error;
      return true;
    },
    isRecorded: async () => false,
  };
  const end = await recordUntil(writer, record, leaseMs, { clock, logger }).catch((error: Error) => error);
  return { end, tried, waitedMs: now };
}

test('an error that cannot pass is not repeated: one more write without the provider’s words, then the end', async () => {
  for (const error of ['22021', '23514', '42703', 'P0001'].map(refused).concat(new TypeError('a bug'))) {
    const twice = await recordWith([error, error], 60_000);
    assert.equal(twice.end, error);
    assert.deepEqual([twice.tried.length, twice.waitedMs], [2, 0]);
    const { attempt, providerId, ...rest } = twice.tried[1]!;
    assert.deepEqual([attempt.text, providerId, attempt.code], [null, null, 'upstream.rejected']);
    assert.deepEqual(rest, (({ attempt: _, providerId: __, ...others }) => others)(record));
    assert.equal((await recordWith([error], 60_000)).end, true);
  }
});

test('an error that may pass is repeated until the lease ends', async () => {
  const away = new RelayError('db.unavailable', {});
  for (const error of [away, ...['40001', '40P01', '55P03', '57014', '53300', 'XX000'].map(refused)]) {
    const late = await recordWith([error, error, error], 60_000);
    assert.equal(late.end, true);
    assert.ok(late.tried.length === 4 && late.tried.every((outcome) => outcome === record));
    const never = await recordWith(Array(100).fill(error), 5_000);
    assert.equal(never.end, error);
    assert.ok(never.tried.length > 3 && never.tried.length < 20 && never.waitedMs <= 5_000);
  }
});

test('a refusal after an outage is still a refusal, and an outage after a refusal still passes', async () => {
  const away = new RelayError('db.unavailable', {});
  const { end, tried } = await recordWith([away, refused('22021'), away, away], 60_000);
  assert.equal(end, true);
  assert.deepEqual(
    tried.map(({ attempt }) => attempt.text),
    ['their words', 'their words', null, null, null],
  );
});
