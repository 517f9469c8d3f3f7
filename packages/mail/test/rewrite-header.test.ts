import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { decodeWords } from '../src/index.ts';
import { mail, prepare, readFixture } from './mail-samples.ts';

test('M4: From is the mailbox under the device’s name, whatever the device wrote', async () => {
  for (const from of [
    'From: DaFang Camera\n',
    'From: apc-ups\n',
    'From:dvr\n',
    'From: a@b.example\nFrom: c@d.example\n',
    '',
  ]) {
    const prepared = await prepare(mail(`${from}Subject: a\n\nx`));
    assert.deepEqual(prepared.all('from'), ['Gate <owner@outlook.com>'], from);
  }
});

test('M5: the display name has no @, and is quoted or encoded where it must be', async () => {
  const from = async (name: string) =>
    (await prepare(mail('\nx'), { from: { address: 'owner@outlook.com', name } })).one('from');
  assert.equal(await from('printer@office'), 'printer at office <owner@outlook.com>');
  assert.equal(await from('Gate, "north"'), '"Gate, \\"north\\"" <owner@outlook.com>');
  assert.equal(decodeWords((await from('玄関＠家'))!), '玄関 at 家 <owner@outlook.com>');
  assert.equal(await from(''), 'Gate <owner@outlook.com>', 'the device’s name');
});

test('Reply-To is the old one, else the old From, and only where an answer can be sent', async () => {
  const reply = async (header: string, options = {}) =>
    (await prepare(mail(`${header}\n\nx`), options)).one('reply-to');
  assert.equal(await reply('From: a@b.example\nReply-To: Hanako <h@office.example>'), 'h@office.example');
  assert.equal(await reply('From: Cam <cam@x.example.>'), 'cam@x.example');
  assert.equal(await reply(`From: ${Buffer.from('カメラ <cam@例え.jp>').toString('latin1')}`), 'cam@xn--r8jz45g.jp');
  assert.equal(await reply('From: "GATE" <a@b.example>\nReply-To: nobody'), 'a@b.example');
  assert.equal(await reply('From: a@relay'), undefined);
  assert.equal(await reply('From: Owner <OWNER@outlook.com>'), undefined, 'answers go to the mailbox anyway');
  assert.equal(await reply('From: k7m2q9xd@mail.local', { loginDomain: 'mail.local' }), undefined);
  assert.equal((await prepare(readFixture('08'))).one('reply-to'), 'hanako@office.example.jp');
});

test('M18: To, Cc and Bcc are the envelope: shown recipients visible where the device has them, the others hidden', async () => {
  const content = mail(
    'To: Ops <OPS@example.jp>; evil@x.example\nCc: guard@example.jp\nBcc: boss@x.example\nResent-To: r@x.example\n\nx',
  );
  const prepared = await prepare(content, {
    recipients: ['guard@example.jp', 'hidden@example.jp', 'ops@example.jp', 'Guard@example.jp'],
  });
  assert.deepEqual(prepared.all('to'), ['ops@example.jp']);
  assert.deepEqual(prepared.all('cc'), ['guard@example.jp']);
  assert.deepEqual(prepared.all('bcc'), ['hidden@example.jp']);
  assert.deepEqual(prepared.all('resent-to'), []);
  assert.ok(!prepared.head.includes('x.example'));
});

test('a mail whose recipients were not shown has Bcc alone, or none where the upstream has an envelope', async () => {
  const hidden = await prepare(mail('Subject: a\n\nx'));
  assert.deepEqual([hidden.all('to'), hidden.all('bcc')], [[], ['ops@example.jp']]);
  const enveloped = await prepare(mail('Subject: a\n\nx'), { hiddenRecipients: 'omit' });
  assert.deepEqual([enveloped.all('to'), enveloped.all('bcc')], [[], []]);
});

test('recipients that no header can hold are refused, never altered', async () => {
  for (const recipients of [
    [],
    ['camera1'],
    ['a@b.example>, <c@d.example'],
    ['ok@x.example', 'a@b.example\r\nBcc: c@d.example'],
  ]) {
    await assert.rejects(
      prepare(mail('\nx'), { recipients }),
      (error) => error instanceof RelayError && error.code === 'edge.recipient_invalid',
    );
  }
});

test('M16 and traces of other envelopes: receipt requests, Sender, Return-Path, signatures do not leave', async () => {
  const names =
    'Sender Return-Path Delivered-To Apparently-To Disposition-Notification-To X-Confirm-Reading-To Return-Receipt-To DKIM-Signature Resent-From Resent-Bcc';
  const prepared = await prepare(
    mail(
      `${names
        .split(' ')
        .map((name) => `${name} : a@x.example\n`)
        .join('')}X-Kept: 1\n\nx`,
    ),
  );
  assert.ok(!prepared.head.includes('x.example'), prepared.head);
  assert.equal(prepared.one('x-kept'), '1');
  assert.ok(prepared.changes.includes('receipt_request.removed'));
});

test('M2: a good date stays, a zone-less one gets the device’s zone', async () => {
  const date = async (text: string, timeZone?: string) => prepare(mail(`Date: ${text}\n\nx`), { timeZone });
  assert.equal((await date('Fri, 20 Nov 2026 09:15:42 +0900')).one('date'), 'Fri, 20 Nov 2026 09:15:42 +0900');
  const local = await date('2026-11-20 09:15:42', 'Asia/Tokyo');
  assert.equal(local.one('date'), 'Fri, 20 Nov 2026 09:15:42 +0900');
  assert.ok(local.changes.includes('date.zone_added'));
});

test('M2: a missing, unreadable, ambiguous or far-off date becomes the time of acceptance, the old one is kept', async () => {
  const none = await prepare(mail('Subject: a\n\nx'), { timeZone: 'Asia/Tokyo' });
  assert.equal(none.one('date'), 'Fri, 20 Nov 2026 09:30:00 +0900');
  assert.equal(none.one('x-device-date'), undefined);
  for (const text of [
    'Fri, 8 Jan 2010 16:12:30 +0900',
    '11/20/2026 03:44:10',
    'Fri, 21 Nov 2026 00:30:01 +0000',
    '2026-11-20 09:15:42',
  ]) {
    const prepared = await prepare(mail(`Date: ${text}\n\nx`));
    assert.deepEqual(prepared.all('date'), ['Fri, 20 Nov 2026 00:30:00 +0000'], text);
    assert.equal(prepared.one('x-device-date'), text);
  }
});

test('what the device said is kept under names of ours, which the device cannot set', async () => {
  const prepared = await prepare(mail('From: DaFang Camera\nX-Relay-Device: forged\nX-Device-From: forged\n\nx'), {
    deviceName: '玄関',
  });
  assert.deepEqual(
    prepared.all('x-relay-device').map((text) => decodeWords(text)),
    ['玄関'],
  );
  assert.deepEqual(prepared.all('x-device-from'), ['DaFang Camera']);
});

test('lines over 998 characters are folded, and their text stays', async () => {
  const long = 'word '.repeat(400).trim();
  const prepared = await prepare(mail(`X-Log: ${long}\nX-Blob: ${'z'.repeat(5000)}\nSubject: ${long}\n\nx`));
  assert.ok(prepared.head.split('\r\n').every((line) => line.length <= 998));
  assert.equal(prepared.one('x-log'), long);
  assert.equal(prepared.one('x-blob')!.replaceAll(' ', ''), 'z'.repeat(5000));
});
