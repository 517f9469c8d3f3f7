import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIAGNOSES, type DiagnosisCode, diagnoseMessage, ERROR_TABLE, MESSAGE_STATES } from '../../src/index.ts';

const MAIL = {
  state: 'held' as const,
  stateCode: null,
  mailbox: 'taro@outlook.example',
  sizeBytes: 1000,
  nextAttemptAt: null,
  refused: [],
};

test('a mail that is sent or on its way has no diagnosis; every other state has one, with any code', () => {
  for (const state of MESSAGE_STATES) {
    for (const stateCode of [null, ...Object.keys(ERROR_TABLE)]) {
      const isWell = ['queued', 'sending', 'sent', 'digested'].includes(state);
      assert.equal(diagnoseMessage({ ...MAIL, state, stateCode }) === null, isWell, `${state} ${stateCode}`);
    }
  }
});

test('what holds a mail is named by its code, and what its owner did by its state; every diagnosis of a mail is reached', () => {
  const table: [code: string, state: (typeof MESSAGE_STATES)[number], stateCodes: (string | null)[]][] = [
    ['mailbox.reconnect', 'held', ['upstream.auth_lost', 'upstream.scope_missing', 'upstream.environment', null]],
    ['mailbox.admin_blocked', 'held', ['upstream.admin_blocked', 'upstream.app_unapproved']],
    ['mailbox.account_blocked', 'held', ['upstream.account_blocked']],
    ['mailbox.full', 'deferred', ['upstream.mailbox_full']],
    ['mailbox.login_refused', 'held', ['smtp.login_refused', 'smtp.app_password', 'smtp.user_name']],
    ['mailbox.server', 'deferred', ['smtp.host_unknown', 'smtp.unreachable', 'smtp.certificate', 'smtp.own_door']],
    ['mailbox.daily_limit', 'deferred', ['upstream.daily_limit']],
    ['mailbox.slowed', 'deferred', ['upstream.throttled', 'upstream.unavailable', null]],
    ['mail.delayed', 'held', ['upstream.client_secret']],
    ['mail.delayed', 'deferred', ['mail.preparation_busy', 'spool.unavailable', 'bug.unknown', 'upstream.project_off']],
    ['mail.refused', 'failed', ['upstream.rejected', null]],
    ['mail.sender_refused', 'failed', ['smtp.sender_refused']],
    ['mail.channel_refused', 'failed', ['upstream.channel_refused']],
    ['mail.too_large', 'failed', ['upstream.too_large']],
    ['mail.in_doubt', 'in_doubt', ['upstream.in_doubt', null]],
    ['mail.expired', 'expired', ['upstream.unavailable', null]],
    ['mail.cancelled', 'cancelled', ['upstream.auth_lost', null]],
    ['mail.left_out', 'suppressed', ['upstream.auth_lost', null]],
    ['mail.unconfirmed', 'held', ['recipient.unconfirmed']],
    ['mail.damaged', 'quarantined', ['vault.envelope_changed', 'spool.content_damaged', null]],
  ];
  for (const [code, state, stateCodes] of table)
    for (const stateCode of stateCodes)
      assert.equal(diagnoseMessage({ ...MAIL, state, stateCode })?.code, code, `${state} ${stateCode}`);
  const reached = new Set([...table.map(([code]) => code), 'mail.recipient_refused']);
  const all = Object.keys(DIAGNOSES).filter((code) => DIAGNOSES[code as DiagnosisCode].of === 'message');
  assert.deepEqual(
    all.filter((code) => !reached.has(code)),
    [],
  );
});

test('refused recipients are named, also where others got the mail', () => {
  const found = diagnoseMessage({ ...MAIL, state: 'sent', refused: ['a@example.com'] });
  assert.deepEqual([found?.code, found?.recipient], ['mail.recipient_refused', 'a@example.com']);
});
