import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeReturnPath } from '../src/features/session/return-path.ts';

test('signing in returns to a page of ours', () => {
  assert.equal(safeReturnPath('/messages?state=failed&q=a'), '/messages?state=failed&q=a');
  assert.equal(safeReturnPath('/devices/0190-ab?tab=login'), '/devices/0190-ab?tab=login');
  const filtered = `/messages?${new URLSearchParams({ q: '玄関 新宿', state: 'failed,expired', from: '2026-11-28' })}`;
  for (const path of [filtered, '/messages?state=queued,deferred,in_doubt']) assert.equal(safeReturnPath(path), path);
  assert.equal(safeReturnPath(null), '/');
});

test('no text in the address leads to another site', () => {
  const tricks = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
  ];
  for (const trick of tricks) assert.equal(safeReturnPath(trick), '/', trick);
  const near = fc.array(fc.constantFrom('/', '\\', ':', '@', '\t', '\n', ' ', 'a', '.', '%', '?', '#', 'http:'));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        near.map((parts) => parts.join('')),
      ),
      (text) => {
        assert.equal(new URL(safeReturnPath(text), 'http://ours.example').origin, 'http://ours.example');
      },
    ),
  );
});
