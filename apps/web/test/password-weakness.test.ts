import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordWeakness } from '../src/features/session/password-weakness.ts';

const about = ['Hanako Yamada', 'hanako@example.test'];

test('what is guessed first is named: everybody’s words, rows of keys, one’s own name, hardly anything', () => {
  for (const password of ['password', 'Password123!', 'qwertyui', '87654321', 'sakura2024']) {
    assert.equal(passwordWeakness(password, about), 'weakCommon', password);
  }
  for (const password of ['hanako1985', 'Yamada!2024']) assert.equal(passwordWeakness(password, about), 'weakPersonal');
  for (const password of ['aaaaaaaa', 'abababab1', '19850403']) {
    assert.equal(passwordWeakness(password, about), 'weakSimple', password);
  }
});

test('a sentence is left alone, also one with a name in it, and so is what is too short for the form', () => {
  for (const password of ['correct horse battery staple', 'yamada walks the dog at seven', 'short', 'x7#kP2vqL9']) {
    assert.equal(passwordWeakness(password, about), null, password);
  }
});
