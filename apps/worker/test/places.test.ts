import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { createPlaces } from '../src/turn/places.ts';

type Answer = Awaited<ReturnType<ReturnType<typeof createPlaces>['enter']>>;
const isIn = (answer: Answer): answer is { leave: () => void } => 'leave' in answer;
/** Whoever gets no place at once is refused before the next step of a test. */
const NO_WAIT = 0;
/** Nobody is put off, however slow the machine is. */
const PATIENT = 60_000;

test('a tenant with a thousand accounts leaves a quarter of the places free for whoever comes next', async () => {
  const places = createPlaces(16, () => 0, NO_WAIT);
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => places.enter(['big'])));
  assert.equal(answers.filter(isIn).length, 12);
  for (const tenant of ['a', 'b', 'c', 'd']) assert.ok(isIn(await places.enter([tenant])), `${tenant} waits`);
});

test('while others are there, a tenant gets no place beyond its quarter', async () => {
  await fc.assert(
    fc.asyncProperty(
      // More come than leave, or the places would never be scarce.
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(3).map(Boolean)), { maxLength: 100 }),
      async (moves) => {
        const places = createPlaces(16, () => 0, NO_WAIT);
        const held: { tenant: string; leave: () => void }[] = [];
        for (const [tenant, isEntering] of moves) {
          if (!isEntering) held.splice(0, 1)[0]?.leave();
          else {
            const mine = held.filter((place) => place.tenant === tenant).length;
            const place = await places.enter([tenant]);
            assert.equal(!isIn(place), mine >= 4 && 16 - held.length <= 4);
            if (isIn(place)) held.push({ tenant, leave: place.leave });
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('an account that two tenants share enters on the quarter of either', async () => {
  const places = createPlaces(8, () => 0, NO_WAIT);
  for (let account = 0; account < 6; account++) await places.enter(['big']);
  assert.ok(!isIn(await places.enter(['big'])));
  assert.ok(isIn(await places.enter(['big', 'small'])));
});

test('a tenant alone is not put off while its turns are short: the further accounts follow those that leave', async () => {
  const places = createPlaces(16, () => 0, PATIENT);
  let running = 0;
  let most = 0;
  const turn = async (): Promise<boolean> => {
    const place = await places.enter(['alone']);
    if (!isIn(place)) return false;
    most = Math.max(most, ++running);
    await sleep(5);
    running -= 1;
    place.leave();
    return true;
  };
  const results = await Promise.all(Array.from({ length: 16 }, turn));
  assert.ok(results.every(Boolean));
  assert.equal(most, 12, 'a quarter stays free all the same');
});

test('who waits has no place that others need: they enter beside him, and a crowd of one tenant leaves half of the waiting room', async () => {
  const places = createPlaces(16, () => 0, 1_500);
  const crowd = Array.from({ length: 100 }, () => places.enter(['big']));
  const other = await places.enter(['small']);
  assert.ok(isIn(other));
  assert.equal(places.waitingRoom, 8);
  const refused = await Promise.all(crowd.slice(16));
  assert.ok(!refused.some(isIn), 'twelve run and four wait');
  other.leave();
  // The place of another tenant is no place for the crowd.
  const late = Symbol('late');
  assert.equal(await Promise.race([crowd[12]!, sleep(50, late)]), late);
  assert.ok(!isIn(await crowd[12]!), 'nobody left in time');
});

test('the waiting room is for half as many as the places, whoever they are; who finds it full is told at once, and mail of no mailbox always has a place', async () => {
  const places = createPlaces(16, () => 0, PATIENT);
  const held: { leave: () => void }[] = [];
  for (const tenant of ['a', 'b', 'c'])
    for (let account = 0; account < 4; account++) {
      const place = await places.enter([tenant]);
      assert.ok(isIn(place));
      held.push(place);
    }
  const waiting = ['a', 'b'].flatMap((tenant) => Array.from({ length: 4 }, () => places.enter([tenant])));
  assert.ok(!isIn(await places.enter(['c'])));
  assert.ok(isIn(await places.enter([])));
  assert.equal(places.areScarce(), true);
  for (const { leave } of held) leave();
  assert.ok((await Promise.all(waiting)).every(isIn));
});

test('a place is scarce while somebody waits, or more than half are taken', async () => {
  const places = createPlaces(8, () => 0, PATIENT);
  for (let account = 0; account < 4; account++) await places.enter(['a']);
  assert.equal(places.areScarce(), false);
  await places.enter(['b']);
  assert.equal(places.areScarce(), true);
});

test('the more are refused, the later they are told to ask again, and the refusals are forgotten', async () => {
  let now = 0;
  const places = createPlaces(4, () => now, NO_WAIT);
  for (let account = 0; account < 3; account++) await places.enter(['big']);
  const waits: number[] = [];
  for (let count = 0; count < 100; count++)
    waits.push(((await places.enter(['big'])) as { againInMs: number }).againInMs);
  assert.ok(waits[0]! >= 500 && waits[99]! - waits[0]! >= 490);
  now = 10_000;
  assert.equal(((await places.enter(['big'])) as { againInMs: number }).againInMs, waits[0]);
});

test('leaving twice frees one place', async () => {
  const places = createPlaces(4, () => 0, NO_WAIT);
  const taken = await Promise.all(Array.from({ length: 3 }, () => places.enter(['big'])));
  for (const place of taken.slice(0, 1)) if (isIn(place)) [1, 2].forEach(() => void place.leave());
  assert.ok(isIn(await places.enter(['big'])));
  assert.ok(!isIn(await places.enter(['big'])));
});
