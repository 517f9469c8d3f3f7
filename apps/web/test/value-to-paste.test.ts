import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueToPaste } from '../src/features/sessions/value-to-paste.ts';

test('a button copies a value for a field, never a word about it', () => {
  assert.equal(valueToPaste({ field: 'username', right: 'vsa3jtx54' }, null), 'vsa3jtx54');
  assert.equal(valueToPaste({ field: 'password', right: '16 文字' }, null), null);
  assert.equal(valueToPaste({ field: 'password', right: '16 文字' }, 'mku7qr33d57ng8zw'), 'mku7qr33d57ng8zw');
  assert.equal(valueToPaste({ field: 'auth', right: 'LOGIN' }, null), null);
});
