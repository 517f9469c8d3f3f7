import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openDeviceRound } from '../src/turn/device-round.ts';

/** As a claim takes them: `limit` mails, by place and then by age, of devices with a backlog that does not end. */
function claim(devices: readonly string[], served: ReadonlyMap<string | null, number>, limit: number): string[] {
  return devices
    .flatMap((device, age) =>
      Array.from({ length: limit }, (_, index) => ({ device, age, place: index + (served.get(device) ?? 0) })),
    )
    .sort((one, other) => one.place - other.place || one.age - other.age)
    .slice(0, limit)
    .map(({ device }) => device);
}

test('however claims and turns cut it, no device with mail gets ahead of another by more than one', () => {
  const limits = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()), { maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), limits, (count, claims) => {
      const devices = Array.from({ length: count }, (_, index) => `camera ${index}`);
      const had = new Map(devices.map((device) => [device, 0]));
      let round = openDeviceRound([]);
      for (const [limit, isNewTurn] of claims) {
        if (isNewTurn) round = openDeviceRound(round.devices());
        const claimed = claim(devices, round.served, limit);
        round.took(claimed);
        for (const device of claimed) had.set(device, had.get(device)! + 1);
        assert.ok(Math.max(...had.values()) - Math.min(...had.values()) <= 1);
      }
    }),
  );
});

test('who comes into a long backlog is next, and does not catch up with what the others have had', () => {
  const round = openDeviceRound([]);
  for (let mails = 0; mails < 50; mails++) round.took(claim(['old'], round.served, 2));
  const next = claim(['old', 'new'], round.served, 6);
  assert.deepEqual(next, ['new', 'old', 'new', 'old', 'new', 'old']);
});

test('of an account with hundreds of devices the round begins anew with each turn', () => {
  const kept = (count: number): number => {
    const round = openDeviceRound([]);
    round.took(Array.from({ length: count }, (_, index) => `camera ${index}`));
    return round.devices().length;
  };
  assert.deepEqual([kept(500), kept(501)], [500, 0]);
});
