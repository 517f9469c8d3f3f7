import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksLikeAddress } from '../src/features/session/looks-like-address.ts';

test('slips of the finger in an address are seen, and no address is taken for one', () => {
  for (const text of ['a@example.com', 'a.b+c@mail.example.co.jp', '"a@b"@example.com', 'ひ@例え.jp'])
    assert.ok(looksLikeAddress(text), text);
  for (const text of [
    '',
    'a',
    'a@',
    '@example.com',
    'a@example',
    'a@.com',
    'a@example.',
    'a b@example.com',
    'a@exam ple.com',
  ])
    assert.ok(!looksLikeAddress(text), text);
});
