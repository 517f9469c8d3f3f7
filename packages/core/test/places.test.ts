import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientNetwork, createPlaces } from '../src/index.ts';

test('a place is had under each name or under none, and given back once', () => {
  const places = createPlaces({ person: 2, all: 3 });
  const take = (person: string) => places.take({ person, all: '' });
  const [first, second] = [take('a'), take('a')];
  assert.ok(first && second);
  assert.equal(take('a'), null, 'the person has two');
  assert.ok(take('b'));
  assert.equal(take('c'), null, 'three in all: the refused ones above took nothing');
  first();
  first();
  assert.ok(take('c'));
  assert.equal(take('a'), null, 'giving back twice makes no second place');
});

test('one household is one client, in both families', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:aaaa::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ] as const) {
    assert.equal(clientNetwork(address), network, address);
  }
});
