import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { type InstanceKeyRow, type KeyStore, keyStore } from '../src/index.ts';

let db: TestDatabase;
let store: KeyStore;
before(async () => {
  db = await useDatabase();
  store = keyStore(db.system);
});
after(() => db.close());

const tokenKey = (): InstanceKeyRow => ({
  id: newId(),
  purpose: 'token',
  publicKey: null,
  sealed: randomBytes(60),
  retiredAt: null,
});

test('processes that start at once agree on one key', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => store.insertIfNone(tokenKey())));
  const ids = new Set(answers.flat().map(({ id }) => id));
  assert.equal(ids.size, 1);
  assert.equal((await store.list(['token'])).length, 1);
});

test('a key is sealed anew in its place', async () => {
  const [key] = await store.list(['token']);
  const sealed = randomBytes(60);
  assert.equal(await store.replace({ ...key!, sealed }), true);
  assert.deepEqual(await store.list(['token']), [{ ...key!, sealed }]);
  assert.equal(await store.replace(tokenKey()), false);
});

test('a new key takes the place of the current one, which stays to open what it sealed', async () => {
  const [old] = await store.list(['token']);
  const next = tokenKey();
  await store.supersede(next);
  const [current, retired] = await store.list();
  assert.deepEqual([current?.id, current?.retiredAt], [next.id, null]);
  assert.equal(retired?.id, old?.id);
  assert.ok(retired?.retiredAt instanceof Date);
  assert.deepEqual(await store.list(['digest', 'content']), []);
});

test('a content key without its public half is refused', async () => {
  await assert.rejects(store.insertIfNone({ ...tokenKey(), purpose: 'content' }), { constraint: 'instance_keys_pair' });
});
