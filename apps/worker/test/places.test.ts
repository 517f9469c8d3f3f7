import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPlaces } from '../src/turn/places.ts';

test('a tenant with a thousand accounts leaves a quarter of the places free for whoever comes next', () => {
  const places = createPlaces(16, () => 0);
  let entered = 0;
  for (let account = 0; account < 1_000; account++) if ('leave' in places.enter(['big'])) entered += 1;
  assert.equal(entered, 12);
  for (const tenant of ['a', 'b', 'c', 'd']) assert.ok('leave' in places.enter([tenant]), `${tenant} waits`);
});

test('while others are there, a tenant gets no place beyond its quarter', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.boolean()), { maxLength: 300 }),
      (moves) => {
        const places = createPlaces(16, () => 0);
        const held: { tenant: string; leave: () => void }[] = [];
        for (const [tenant, isEntering] of moves) {
          if (!isEntering) held.splice(0, 1)[0]?.leave();
          else {
            const mine = held.filter((place) => place.tenant === tenant).length;
            const place = places.enter([tenant]);
            const isRefused = 'againInMs' in place;
            assert.equal(isRefused, mine >= 4 && 16 - held.length <= 4);
            if (!isRefused) held.push({ tenant, leave: place.leave });
          }
        }
      },
    ),
  );
});

test('an account that two tenants share enters on the quarter of either', () => {
  const places = createPlaces(8, () => 0);
  for (let account = 0; account < 6; account++) places.enter(['big']);
  assert.ok('againInMs' in places.enter(['big']));
  assert.ok('leave' in places.enter(['big', 'small']));
});

test('the more are refused, the later they are told to ask again, and the refusals are forgotten', () => {
  let now = 0;
  const places = createPlaces(4, () => now);
  for (let account = 0; account < 3; account++) places.enter(['big']);
  const waits = Array.from({ length: 100 }, () => (places.enter(['big']) as { againInMs: number }).againInMs);
  assert.ok(waits[0]! >= 500 && waits[99]! - waits[0]! >= 490);
  now = 10_000;
  assert.equal((places.enter(['big']) as { againInMs: number }).againInMs, waits[0]);
});

test('leaving twice frees one place', () => {
  const places = createPlaces(4, () => 0);
  const taken = Array.from({ length: 3 }, () => places.enter(['big']));
  for (const place of taken.slice(0, 1)) if ('leave' in place) [1, 2].forEach(() => void place.leave());
  assert.ok('leave' in places.enter(['big']));
  assert.ok('againInMs' in places.enter(['big']));
});
