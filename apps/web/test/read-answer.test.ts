import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from '../src/api/read-answer.ts';

test('what turns words around is taken out of an answer, and nothing else', () => {
  const wrote = { subject: '\u202Egpj.exe\u2069', שלום: ['مرحبا', '玄関 👩‍👩‍👧', 'a\u200Eb'] };
  assert.deepEqual(readAnswer(JSON.stringify(wrote)), { ...wrote, subject: 'gpj.exe' });
  assert.equal(readAnswer('<html>'), undefined);
  assert.equal(readAnswer(''), undefined);
});
