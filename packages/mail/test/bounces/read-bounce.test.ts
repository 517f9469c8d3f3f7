import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '@hikyaku/testing';
import { bounceReason } from '../../src/bounces/bounce-reason.ts';
import { BOUNCE_MAX, readBounce, readForwardCode } from '../../src/index.ts';
import * as samples from './report-samples.ts';

const read = (text: string) => readBounce(Buffer.from(text.replaceAll('\n', '\r\n')));

const { POSTFIX, EXCHANGE, GMAIL, YAHOO, EXIM, FORWARDED_IN_LINE, FORWARDED_WHOLE, DELAYED } = samples;
const SAMPLES = { POSTFIX, EXCHANGE, GMAIL, YAHOO, EXIM, FORWARDED_IN_LINE, FORWARDED_WHOLE, DELAYED };
/** Every sample, and who did not get the mail, how and why. */
const TOLD = [
  ['POSTFIX', 'Taro@example.jp', 'failed', '5.1.1', 'unknown_recipient'],
  ['EXCHANGE', 'taro@example.jp', 'failed', '5.1.10', 'unknown_recipient'],
  ['GMAIL', 'taro@example.jp', 'failed', '5.2.2', 'mailbox_full'],
  ['YAHOO', 'taro@example.jp', 'failed', '5.0.0', 'unknown_recipient'],
  ['EXIM', 'taro@example.jp', 'failed', '5.7.1', 'policy'],
  ['FORWARDED_IN_LINE', 'taro@example.jp', 'failed', '5.1.1', 'unknown_recipient'],
  ['FORWARDED_WHOLE', 'Taro@example.jp', 'failed', '5.1.1', 'unknown_recipient'],
  ['DELAYED', 'taro@example.jp', 'delayed', '4.4.1', 'unreachable'],
] as const;

for (const [name, ...told] of TOLD) {
  test(`a report like ${name} says whom a mail did not reach, why, and which mail it was`, () => {
    const sample = SAMPLES[name];
    for (const text of [sample, sample.replaceAll('\n', '\r\n')]) {
      const bounce = readBounce(Buffer.from(text));
      assert.deepEqual(
        bounce?.recipients.map(({ address, action, status, reason }) => [address, action, status, reason]),
        [told],
      );
      assert.ok(bounce.messageIds.includes(samples.MESSAGE_ID), bounce.messageIds.join());
      if (name !== 'FORWARDED_IN_LINE') assert.deepEqual(bounce.queueIds, ['ABCDEFGHJKMNPQRS']);
    }
  });
}

test('what a server said is kept in one line and cut, from its code on', () => {
  assert.equal(
    read(samples.POSTFIX)!.recipients[0]!.text,
    '550 5.1.1 <taro@example.jp>: Recipient address rejected: User unknown in local recipient table',
  );
  const long = samples.POSTFIX.replace('User unknown', `\u0007${'x'.repeat(3000)}`);
  assert.ok(read(long)!.recipients[0]!.text!.length <= 300);
});

test('a mail that arrived, an answer from a holiday and an alert of a camera are no reports', () => {
  for (const text of [samples.DELIVERED, samples.VACATION, samples.RETURNED, 'Subject: 550\n\nCamera 5 at 10.0.0.1']) {
    assert.equal(read(text), null, text.slice(0, 60));
  }
});

test('a report of hundreds tells of twenty, and one of two says both', () => {
  const fields = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `Final-Recipient: rfc822; r${index}@example.jp\nAction: failed\nStatus: 5.1.1\n`,
    ).join('\n');
  assert.equal(read(samples.report(fields(300)))!.recipients.length, 20);
  assert.deepEqual(
    read(samples.report(fields(2)))!.recipients.map(({ address }) => address),
    ['r0@example.jp', 'r1@example.jp'],
  );
});

test('the code decides the reason; words count where there is none', () => {
  for (const [status, text, reason] of [
    ['5.1.1', 'mailbox full', 'unknown_recipient'],
    ['5.7.26', null, 'sender_refused'],
    ['5.7.705', null, 'sender_limit'],
    ['5.7.1', 'user unknown', 'policy'],
    ['4.2.2', null, 'mailbox_full'],
    ['5.3.4', null, 'too_large'],
    ['5.1.2', null, 'unknown_domain'],
    ['5.0.0', 'Recipient inbox over quota', 'mailbox_full'],
    [null, 'No such user here', 'unknown_recipient'],
    ['5.5.0', null, 'other'],
    [null, null, 'other'],
  ] as const) {
    assert.equal(bounceReason(status, text), reason, `${status} ${text}`);
  }
});

test('the code that Gmail wants typed is read from Google’s own mail alone', () => {
  assert.deepEqual(readForwardCode(Buffer.from(samples.FORWARD_CODE)), {
    code: '123456789',
    mailbox: 'gate@gmail.example',
  });
  assert.equal(readForwardCode(Buffer.from(samples.FORWARD_CODE.replace('google.com', 'google.example'))), null);
  assert.equal(readForwardCode(Buffer.from(samples.POSTFIX)), null);
});

/** Where a hostile text may stand. */
const PLACES = [
  'Subject: x\n\n',
  'From: MAILER-DAEMON@x.example\nContent-Type: text/html\n\n',
  'Content-Type: message/delivery-status\n\n',
  'Content-Type: multipart/report; boundary=b1\n\n--b1\n',
  'From: forwarding-noreply@google.com\nSubject: ',
];
/** Repeated, what this reader in particular looks for. */
const PIECES = [
  ...['<a@b.example>:\n550 5.1.1 x\n', 'a@b.example ', 'Message-ID: <a@b>\n', 'message-id: < <a@b', '<<<<', '&lt;'],
  ...['(Hikyaku) with ESMTP id ', 'Final-Recipient: rfc822; a@b.example\nAction: failed\n\n', '5.5.5.5.', '(#1234567'],
  '--b1\nContent-Type: message/rfc822\n\n',
];

test('whatever a stranger sends is read in time that grows with its length alone', async () => {
  for (const place of PLACES) {
    const readAll = (text: string) => {
      const mail = Buffer.from(place + text);
      return [readBounce(mail), readForwardCode(mail)];
    };
    for (const piece of PIECES) {
      const text = piece.repeat(BOUNCE_MAX / piece.length);
      readAll(text);
      const before = process.cpuUsage();
      readAll(text);
      const { user } = process.cpuUsage(before);
      // The slowest takes 15 ms on a quiet machine.
      assert.ok(user < 300_000, `${place.slice(0, 40)} ${piece}: ${user} µs`);
    }
  }
  await assertLinear((text) => readBounce(Buffer.from(PLACES[0] + text)), 150);
});

test('no more of a report is looked at than its first 256 KB', () => {
  const late = `Subject: x\n\n${'word '.repeat(BOUNCE_MAX / 5)}\n\n<taro@example.jp>:\n550 5.1.1 unknown\n`;
  assert.equal(read(late), null);
});
