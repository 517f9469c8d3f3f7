import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPassword } from '@hikyaku/core';
import fc from 'fast-check';
import { createInstanceKey, openFileBox, openPasswordDigester, openTokenBox } from '../src/index.ts';

const kek = randomBytes(32);

test('a token opens in its own context and in no other', () => {
  const box = openTokenBox([createInstanceKey('token', [kek])], [kek]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, context, other) => {
      const sealed = box.seal(context, text);
      assert.equal(box.open(context, sealed), text);
      if (other !== context) assert.throws(() => box.open(other, sealed), { code: 'vault.key_wrong' });
    }),
  );
});

test('a token with any byte changed, or cut, does not open', () => {
  const box = openTokenBox([createInstanceKey('token', [kek])], [kek]);
  const sealed = box.seal('mailbox', 'refresh-token');
  for (let index = 0; index < sealed.length; index++) {
    const forged = Buffer.from(sealed);
    forged[index]! ^= 0x40;
    assert.throws(() => box.open('mailbox', forged), /vault\.key_(wrong|missing)/);
    assert.throws(() => box.open('mailbox', sealed.subarray(0, index)), /vault\.key_(wrong|missing)/);
  }
});

test('token key rotation: old tokens open, new ones are sealed by the new key', async () => {
  const first = createInstanceKey('token', [kek]);
  await sleep(2); // ids sort by millisecond
  const second = createInstanceKey('token', [kek]);
  const sealed = openTokenBox([first], [kek]).seal('m', 'old');
  const rotated = openTokenBox([{ ...first, retiredAt: new Date() }, second], [kek]);
  assert.equal(rotated.open('m', sealed), 'old');
  assert.equal(openTokenBox([second], [kek]).open('m', rotated.seal('m', 'new')), 'new');
  assert.throws(() => openTokenBox([second], [kek]).open('m', sealed), { code: 'vault.key_missing' });
  assert.throws(() => openTokenBox([{ ...first, retiredAt: new Date() }], [kek]).seal('m', 'x'), {
    code: 'vault.key_missing',
  });
  assert.throws(() => openTokenBox([], [kek]), { code: 'vault.key_missing' });
});

test('a device password matches however it was typed, and no other password does', () => {
  const rows = [createInstanceKey('digest', [kek])];
  const digester = openPasswordDigester(rows, [kek]);
  const password = newPassword();
  const digest = digester.digest(password);
  assert.equal(digest.length, 32);
  for (const typed of [password.toUpperCase(), `${password.slice(0, 4)}-${password.slice(4)}`, ` ${password}\r\n`]) {
    assert.equal(digester.matches(typed, digest), true);
  }
  assert.equal(digester.matches(newPassword(), digest), false);
  assert.equal(digester.matches(password, digest.subarray(1)), false);
  assert.deepEqual(openPasswordDigester(rows, [kek]).digest(password), digest);
  assert.throws(() => openPasswordDigester([], [kek]), { code: 'vault.key_missing' });
  assert.throws(() => openPasswordDigester(rows, [randomBytes(32)]), { code: 'vault.key_wrong' });
});

test('the oldest digest key counts: a second one never changes a digest', async () => {
  const first = createInstanceKey('digest', [kek]);
  await sleep(2); // ids sort by millisecond
  const second = createInstanceKey('digest', [kek]);
  const digest = openPasswordDigester([first], [kek]).digest('abc');
  assert.deepEqual(openPasswordDigester([second, first], [kek]).digest('abc'), digest);
});

test('a sealed file opens whole with its key only', () => {
  const box = openFileBox(randomBytes(32));
  const plain = randomBytes(5000);
  const sealed = box.seal(plain);
  assert.deepEqual(box.open(sealed), plain);
  assert.deepEqual(box.open(box.seal(Buffer.alloc(0))), Buffer.alloc(0));
  assert.throws(() => openFileBox(randomBytes(32)).open(sealed), { code: 'vault.key_wrong' });
  for (const length of [0, 1, 12, 28, 29, sealed.length - 1]) {
    assert.throws(() => box.open(sealed.subarray(0, length)), { code: 'vault.key_wrong' });
  }
});
