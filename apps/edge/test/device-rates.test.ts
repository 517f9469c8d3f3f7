import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@hikyaku/core';
import { DeviceRates } from '../src/limits/device-rates.ts';

test('a device brings the mails of a minute at once, then one as often as that makes; another one has its own', () => {
  let now = 0;
  const rates = new DeviceRates({ ...systemClock, now: () => now }, 120);
  const taken = (deviceId: string, tries: number): number => {
    let count = 0;
    for (let n = 0; n < tries; n++) {
      try {
        rates.count(deviceId);
        count += 1;
      } catch (error) {
        assert.equal((error as { code: string }).code, 'limit.mails_per_minute');
      }
    }
    return count;
  };
  assert.equal(taken('mad', 500), 120);
  now += 5_000;
  assert.equal(taken('mad', 500), 10);
  now -= 86_400_000;
  assert.equal(taken('mad', 500), 0);
  now += 600_000;
  assert.equal(taken('mad', 500), 120, 'a clock that was set back keeps nobody out for long');
  assert.equal(taken('other', 500), 120);
});

test('ten thousand devices are counted; the one longest without mail begins anew', () => {
  const rates = new DeviceRates({ ...systemClock, now: () => 0 }, 1);
  for (let count = 0; count <= 10_000; count++) rates.count(String(count));
  rates.count('0');
  assert.throws(() => rates.count('10000'), { code: 'limit.mails_per_minute' });
});
