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

test('reports of what came back are counted as reports: one mail may come back from each of its recipients', () => {
  const words = (count: number, language: 'ja' | 'en') =>
    wordAlert(
      { ...ABOUT, code: 'mail.bounced', facts: { reason: 'mailbox_full' }, openedAt: new Date(0), count },
      { language, timeZone: null },
    );
  assert.equal(words(3, 'en').title, 'Mail of Gate came back: 3 reports of recipients who did not get it');
  assert.match(words(3, 'en').advice, /^The newest report: The recipient’s mailbox is full/);
  assert.equal(words(3, 'ja').title, 'Gate のメールが相手に届きませんでした（通知 3件）');
  assert.match(words(1, 'ja').advice, /^相手のメールボックスがいっぱいです/);
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
