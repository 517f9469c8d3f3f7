import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeTestMail, testMailSubject } from '../src/devices/test-mail.ts';

const compose = (deviceName: string, recipients = ['a@b.example', 'c@d.example']) =>
  composeTestMail({
    deviceName,
    from: 'home@outlook.example',
    recipients,
    messageIdHeader: '<id@relay.example>',
    now: new Date('2026-11-21T20:00:00Z'),
  }).toString('latin1');

const decodeWords = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?B\?([^?]*)\?=/g, (_, word: string) => Buffer.from(word, 'base64').toString('utf8'));

test('a test mail is plain ASCII in short CRLF lines, whatever the device is called', () => {
  for (const name of ['Gate', '玄関カメラ（二階・北側）'.repeat(6), '📷'.repeat(40), 'a'.repeat(80)]) {
    const mail = compose(name);
    assert.match(mail, /^[\x20-\x7e\r\n]*$/);
    for (const line of mail.split('\r\n')) {
      assert.ok(line.length <= 78, line);
      assert.equal(/[\r\n]/.test(line), false);
    }
    const [, subject] = /^Subject: ((?:.|\r\n )*)/m.exec(mail)!;
    assert.equal(decodeWords(subject!), testMailSubject(name));
  }
});

test('a test mail says in Japanese and English what it proves and what it does not', () => {
  const mail = compose('玄関');
  const body = Buffer.from(mail.split('\r\n\r\n')[1]!, 'base64').toString('utf8');
  assert.match(body, /玄関/);
  assert.match(body, /the way from Hikyaku to you works/);
});

test('a test mail has the headers of a mail, each once', () => {
  const mail = compose(
    'Gate',
    Array.from({ length: 10 }, (_, index) => `r${index}@example.com`),
  );
  for (const name of ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version']) {
    assert.equal(mail.match(new RegExp(`^${name}: `, 'gm'))?.length, 1, name);
  }
  assert.match(mail, /^Date: Sat, 21 Nov 2026 20:00:00 \+0000\r$/m);
});
