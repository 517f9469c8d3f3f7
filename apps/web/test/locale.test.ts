import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiateLocale } from '../src/i18n/locale.ts';

test('the first language is the best one that the browser asks for', () => {
  assert.equal(negotiateLocale('ja,en-US;q=0.9,en;q=0.8'), 'ja');
  assert.equal(negotiateLocale('ja-JP'), 'ja');
  assert.equal(negotiateLocale('en;q=0.5, ja;q=0.9'), 'ja');
  assert.equal(negotiateLocale('de-DE, fr;q=0.9, ja;q=0.1'), 'ja');
  assert.equal(negotiateLocale('de, ja;q=0'), 'en');
});

test('whoever asks for nothing that we speak reads English', () => {
  for (const header of [null, '', '*', 'de', ';;q=,', 'ja;q=abc']) assert.equal(negotiateLocale(header), 'en');
});
