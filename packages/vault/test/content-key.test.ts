import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '@hikyaku/core';
import fc from 'fast-check';
import { createInstanceKey, openContentOpener, openContentSealer } from '../src/index.ts';

const kek = randomBytes(32);
const row = createInstanceKey('content', [kek]);
const opener = openContentOpener([row], [kek]);

test('the edge seals with the public half alone and only the private half opens', () => {
  const sealer = openContentSealer([{ ...row, sealed: Buffer.alloc(0) }]);
  const messageId = newId();
  const { contentKey, sealed } = sealer.seal(messageId);
  assert.equal(contentKey.length, 32);
  assert.equal(sealed.includes(contentKey), false);
  assert.deepEqual(opener.open(messageId, sealed), contentKey);
  assert.deepEqual(opener.open(messageId, Uint8Array.from(sealed) as Buffer), contentKey);
});

test('every seal has its own content key and ephemeral pair', () => {
  const sealer = openContentSealer([row]);
  const seals = Array.from({ length: 50 }, () => sealer.seal('same-id'));
  assert.equal(new Set(seals.map(({ contentKey }) => contentKey.toString('hex'))).size, 50);
  assert.equal(new Set(seals.map(({ sealed }) => sealed.subarray(38, 70).toString('hex'))).size, 50);
});

test('a sealed key does not open for another message, nor with any bit flipped, nor cut', () => {
  const messageId = newId();
  const { sealed } = openContentSealer([row]).seal(messageId);
  assert.throws(() => opener.open(newId(), sealed), { code: 'vault.key_wrong' });
  const refused = /^vault\.key_(wrong|missing)$/;
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const forged = Buffer.from(sealed);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      // Bit 255 of an X25519 point is ignored by RFC 7748, but it is part of our key derivation.
      assert.throws(
        () => opener.open(messageId, forged),
        (error) => refused.test((error as { code: string }).code),
      );
    }),
    { numRuns: 400 },
  );
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(
      () => opener.open(messageId, sealed.subarray(0, length)),
      (error) => refused.test((error as { code: string }).code),
    );
  }
});

test('rotation: the newest key seals, a retired one still opens, an unknown one is missing in words', () => {
  const messageId = newId();
  const old = openContentSealer([row]).seal(messageId);
  const next = createInstanceKey('content', [kek]);
  const retired = { ...row, retiredAt: new Date() };
  const fresh = openContentSealer([retired, next]).seal(messageId);
  const both = openContentOpener([retired, next], [kek]);
  assert.deepEqual(both.open(messageId, old.sealed), old.contentKey);
  assert.deepEqual(both.open(messageId, fresh.sealed), fresh.contentKey);
  assert.throws(() => opener.open(messageId, fresh.sealed), {
    code: 'vault.key_missing',
    message: new RegExp(`there is no content key ${next.id}`),
  });
  assert.throws(() => openContentSealer([retired]), { code: 'vault.key_missing' });
  assert.throws(() => openContentSealer([]), { code: 'vault.key_missing' });
});

test('a wrong or missing master key is told when the vault opens, in words', () => {
  assert.throws(() => openContentOpener([row], [randomBytes(32)]), {
    code: 'vault.key_wrong',
    message: new RegExp(`content key ${row.id} was sealed with another master key`),
  });
  assert.throws(() => openContentOpener([row], []), { code: 'vault.key_missing' });
  assert.throws(() => openContentOpener([], [kek]), { code: 'vault.key_missing' });
});

test('a public half swapped in the database is noticed by the worker', () => {
  const forged = { ...row, publicKey: createInstanceKey('content', [kek]).publicKey };
  assert.throws(() => openContentOpener([forged], [kek]), { code: 'vault.key_wrong' });
});
