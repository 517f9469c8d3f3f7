import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionSummary } from '@hikyaku/contracts';
import { LIGHTS, lightsOf, repeatsOf } from '../src/features/sessions/lights.ts';

type Step = SessionSummary['steps'][number]['step'];
const at = '2026-11-28T03:00:00.000Z';
const session = (
  steps: Step[],
  rest: { code?: string; severity?: 'ok' | 'warning' | 'error'; messageIds?: string[] } = {},
) => ({
  steps: steps.map((step) => ({ step, at })),
  endedAt: rest.code ? at : null,
  messageIds: rest.messageIds ?? [],
  diagnosis: rest.code ? { code: rest.code, severity: rest.severity ?? ('error' as const) } : null,
});
const row = (...given: Parameters<typeof lightsOf>) => {
  const lights = lightsOf(...given);
  return LIGHTS.map((name) => lights[name]).join(' ');
};

test('nothing yet: the first light waits', () => {
  assert.equal(row(null, null), 'next off off off off');
});

test('a dialogue that runs lights one after the other', () => {
  assert.equal(row(session(['connected']), null), 'ok next off off off');
  assert.equal(row(session(['connected', 'encrypted', 'user_tried']), null), 'ok ok next off off');
  assert.equal(row(session(['connected', 'user_tried', 'signed_in']), null), 'ok none ok next off');
});

test('the light at which it stopped is the one of the diagnosis, and nothing behind it is claimed', () => {
  assert.equal(row(session(['connected'], { code: 'tls.too_old' }), null), 'ok failed off off off');
  assert.equal(
    row(session(['connected', 'encrypted', 'user_tried'], { code: 'auth.wrong_password' }), null),
    'ok ok failed off off',
  );
  assert.equal(
    row(session(['connected', 'encrypted', 'user_tried', 'signed_in'], { code: 'rcpt.not_allowed' }), null),
    'ok ok ok failed off',
  );
  assert.equal(row(session(['connected'], { code: 'session.idle' }), null), 'ok failed off off off');
});

test('a mail that came in lights all but the last, which tells what became of it', () => {
  const done = session(['connected', 'encrypted', 'user_tried', 'signed_in', 'accepted'], {
    code: 'ok.accepted',
    severity: 'ok',
    messageIds: ['m'],
  });
  assert.equal(row(done, { state: 'queued' }), 'ok ok ok ok next');
  assert.equal(row(done, { state: 'sent' }), 'ok ok ok ok ok');
  assert.equal(row(done, { state: 'held' }), 'ok ok ok ok failed');
  assert.equal(row(null, { state: 'sent' }), 'ok ok ok ok ok', 'steps may get lost, a mail does not');
});

test('a failure after a mail that came in is told: the newest dialogue counts', () => {
  assert.equal(
    row(session(['connected', 'encrypted', 'user_tried'], { code: 'auth.wrong_password' }), { state: 'sent' }),
    'ok ok failed off off',
  );
});

test('repeats are counted from the newest on', () => {
  const of = (...codes: string[]) => codes.map((code) => session(['connected'], { code })) as never as SessionSummary[];
  assert.equal(repeatsOf(of('auth.none', 'auth.none', 'tls.too_old', 'auth.none')), 2);
  assert.equal(repeatsOf(of('auth.none')), 1);
  assert.equal(repeatsOf([]), 0);
});
