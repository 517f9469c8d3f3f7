import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONNECT_ERROR_CODES, MESSAGE_STATES as CONTRACT_STATES } from '@hikyaku/contracts';
import { ERROR_TABLE, MESSAGE_STATES } from '@hikyaku/core';
import { distinctRecipients } from '../src/devices/policy-values.ts';
import { providerDenial } from '../src/mailboxes/provider-denial.ts';
import { eventText } from '../src/messages/event-text.ts';
import { idCursor, seqCursor, toPage } from '../src/page.ts';

test('the states and codes that the contracts name are those of core', () => {
  assert.deepEqual([...CONTRACT_STATES], [...MESSAGE_STATES]);
  for (const code of CONNECT_ERROR_CODES) assert.ok(code in ERROR_TABLE, code);
});

test('a provider’s refusal says what the person can do', () => {
  const codeOf = (error: string, description?: string) => providerDenial(error, description).code;
  assert.equal(codeOf('access_denied'), 'oauth.denied');
  assert.equal(codeOf('access_denied', 'AADSTS65004: cancelled'), 'oauth.denied');
  assert.equal(codeOf('access_denied', 'AADSTS90094: needs permission'), 'upstream.admin_consent');
  assert.equal(codeOf('consent_required'), 'upstream.admin_consent');
  assert.equal(codeOf('access_denied', 'AADSTS50105: not assigned'), 'upstream.admin_blocked');
  assert.equal(codeOf('admin_policy_enforced'), 'upstream.admin_blocked');
  assert.equal(codeOf('temporarily_unavailable'), 'upstream.unavailable');
  assert.equal(codeOf('invalid_request'), 'oauth.code_refused');
});

test('what the address bar says does not reach the log as it is', () => {
  assert.match(providerDenial('x\n{"level":"fatal"}', undefined).internal ?? '', /^[^\n"{]*$/);
});

test('a recipient counts once, whatever its case', () => {
  assert.deepEqual(distinctRecipients(['A@b.example', 'a@B.example', 'c@d.example']), ['A@b.example', 'c@d.example']);
});

test('a page has a cursor only when there is more', () => {
  const page = (rows: number[], limit: number) => toPage(rows, limit, (row) => row, String);
  assert.deepEqual(page([3, 2, 1], 2), { items: [3, 2], nextCursor: '2' });
  assert.deepEqual(page([3, 2], 2), { items: [3, 2], nextCursor: null });
  assert.deepEqual(page([], 2), { items: [], nextCursor: null });
});

test('a cursor of another kind of list is refused', () => {
  assert.equal(seqCursor('17'), 17n);
  assert.throws(() => seqCursor('-1'), { code: 'api.invalid' });
  assert.throws(() => seqCursor('9'.repeat(30)), { code: 'api.invalid' });
  assert.throws(() => idCursor('17'), { code: 'api.invalid' });
  assert.equal(idCursor(undefined), undefined);
});

test('an event that has no words yet still reads', () => {
  assert.equal(eventText('accepted', null), 'Accepted from the device');
  assert.equal(
    eventText('held', { code: 'upstream.auth_lost' }),
    'Held until the mailbox works again (upstream.auth_lost)',
  );
  assert.equal(eventText('some_new_kind', null), 'some new kind');
});
