import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertPage } from '../src/alerts/alert-page.ts';
import { wordAlert } from '../src/alerts/word-alert.ts';

const ABOUT = { subjectId: 'x', subjectName: 'Gate', isChannel: false, facts: {}, count: 1 };

test('an alert leads to the page where it is seen and mended, never to one that is not there', () => {
  const page = (code: string | null, more: object = {}) => alertPage({ ...ABOUT, code, ...more });
  assert.equal(page('device.silent'), '/devices/x');
  assert.equal(page('mailbox.lost'), '/mailboxes');
  const facts = { messageId: 'm' };
  assert.equal(page('mail.failed', { facts }), '/messages/m');
  assert.equal(page('mail.failed', { facts, count: 2 }), '/messages?deviceId=x&state=failed,expired,quarantined');
  assert.equal(page('mail.bounced', { facts }), '/messages/m');
  assert.equal(page('mail.bounced', { facts, count: 2 }), '/devices/x');
  // A test, what a newer release wrote, a device that is gone, a channel: none has a page of its own.
  for (const more of [{}, { subjectName: null }, { isChannel: true }])
    for (const code of [null, 'of.tomorrow', ...(Object.keys(more).length ? ['mailbox.behind', 'device.silent'] : [])])
      assert.equal(page(code, more), '/alerts', `${code}`);
});

test('of a channel that is late nobody is told to choose another mailbox', () => {
  for (const language of ['ja', 'en'] as const) {
    for (const isPutOff of [true, false]) {
      const facts = { since: '2026-11-30T00:00:00.000Z', isPutOff };
      const alert = { ...ABOUT, code: 'mailbox.behind', facts, openedAt: new Date(0), isChannel: true };
      const { title, advice } = wordAlert(alert, { language, timeZone: 'Asia/Tokyo' });
      assert.match(title, language === 'ja' ? /画像/ : /^Pictures for Gate/);
      assert.doesNotMatch(`${title} ${advice}`, /another mailbox|別のメールアカウント/);
    }
  }
});
