import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEEP_EARLY_PRESSES } from '../src/early-presses.ts';

test('what keeps early presses is the same as a script and as a text of HTML', () => {
  assert.doesNotMatch(KEEP_EARLY_PRESSES, /[<>&"']/);
});
