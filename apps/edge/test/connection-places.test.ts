import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionPlaces } from '../src/limits/connection-places.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';

const makePlaces = (all: number, perAddress: number, perTenant = 100, strangersPerSecond = 1000) => {
  const clock = { now: 0 };
  return {
    clock,
    places: new ConnectionPlaces(
      { all, perAddress, perTenant, strangersPerSecond },
      () => clock.now,
      new SharedFacts(null, () => 0),
    ),
  };
};

test('where all is full, the oldest stranger of the most crowded network goes', () => {
  const { places } = makePlaces(11, 100);
  const gone: string[] = [];
  for (let number = 0; number < 8; number++) assert.ok(places.take('192.0.2.1', () => gone.push(`crowd ${number}`)));
  assert.ok(places.take('192.0.2.2', () => gone.push('neighbour')));
  assert.ok(places.take('192.0.2.3', () => gone.push('camera')));
  assert.equal(gone.length, 0);
  assert.ok(places.take('192.0.2.4', () => gone.push('later')));
  assert.ok(places.take('192.0.2.1', () => gone.push('crowd 8')));
  assert.deepEqual(gone, ['crowd 0', 'crowd 1']);
  assert.equal(places.count, 10);
});

test('at the limit of its network a newcomer takes the place of its own oldest stranger; an IPv6 /64 is one network', () => {
  const { places } = makePlaces(100, 2);
  const gone: string[] = [];
  for (const host of ['1', '2', '3']) assert.ok(places.take(`2001:db8::${host}`, () => gone.push(host)));
  assert.deepEqual(gone, ['1']);
});

test('who has signed in is never sent away; then a newcomer gets no place', () => {
  const { places } = makePlaces(100, 2);
  for (let number = 0; number < 2; number++)
    assert.ok(places.take('192.0.2.1', () => assert.fail('sent away'))!.signIn('tenant'));
  assert.equal(
    places.take('192.0.2.1', () => {}),
    null,
  );
});

test('a tenth is kept for networks from which somebody signed in within a day', () => {
  const { places, clock } = makePlaces(10, 10, 100);
  const camera = places.take('192.0.2.9', () => {})!;
  camera.signIn('tenant');
  camera.release();
  for (let number = 0; number < 9; number++)
    places.take(`198.51.100.${number}`, () => assert.fail('sent away'))!.signIn('other');
  assert.equal(
    places.take('203.0.113.1', () => {}),
    null,
  );
  const again = places.take('192.0.2.9', () => {});
  assert.ok(again);
  again.release();
  clock.now += 24 * 3_600_000;
  assert.equal(
    places.take('192.0.2.9', () => {}),
    null,
  );
});

test('a tenant has so many connections and no more, and gives them back', () => {
  const { places } = makePlaces(100, 100, 2);
  const held = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => places.take(address, () => {})!);
  assert.deepEqual(
    held.map((place) => place.signIn('tenant')),
    [true, true, false],
  );
  assert.ok(places.take('192.0.2.4', () => {})!.signIn('another'));
  held[0]!.release();
  held[0]!.release();
  assert.ok(held[2]!.signIn('tenant'));
  assert.ok(held[2]!.signIn('tenant'));
  assert.equal(places.count, 3);
});

test('from where nobody has signed in connections come at a site’s pace; a device’s login there, or another network, is in nobody’s way', () => {
  const { places, clock } = makePlaces(1000, 50, 100, 10);
  /** Comes and goes at once, as who only costs handshakes. */
  const come = (address: string, times: number): number => {
    let count = 0;
    for (let time = 0; time < times; time++) {
      const place = places.take(address, () => {});
      if (place) count += 1;
      place?.release();
    }
    return count;
  };
  assert.equal(come('192.0.2.1', 500), 100);
  clock.now += 2000;
  assert.equal(come('192.0.2.1', 500), 20);
  assert.equal(come('198.51.100.7', 40), 40, 'forty new devices that are switched on at once');
  clock.now += 1000;
  const camera = places.take('192.0.2.1', () => assert.fail('sent away'))!;
  assert.ok(camera.signIn('tenant'));
  assert.equal(come('192.0.2.1', 500), 500);
  clock.now += 25 * 3_600_000;
  assert.equal(come('192.0.2.1', 500), 100);
});
