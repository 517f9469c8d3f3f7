import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeMail, looksLikeTest, prepareMail, readSubject } from '../src/index.ts';

const compose = (subject: string, more: Partial<Parameters<typeof composeMail>[0]> = {}) =>
  composeMail({
    from: 'home@outlook.example',
    recipients: ['a@b.example', 'c@d.example'],
    subject,
    text: '玄関\nGate\n',
    languages: ['ja', 'en'],
    messageIdHeader: '<id@relay.example>',
    date: new Date('2026-11-21T20:00:00Z'),
    ...more,
  });

test('own mail is plain ASCII in short CRLF lines, whatever its subject, and its subject reads as it was written', () => {
  for (const name of [
    'Gate',
    '玄関カメラ（二階・北側）'.repeat(6),
    '📷'.repeat(40),
    'a '.repeat(80),
    'a\r\nBcc: x@y.example',
  ]) {
    const mail = compose(name);
    assert.match(mail.toString('latin1'), /^[\x20-\x7e\r\n]*$/);
    for (const line of mail.toString('latin1').split('\r\n')) {
      assert.ok(line.length <= 78, line);
      assert.equal(/[\r\n]/.test(line), false);
    }
    assert.equal(readSubject(mail), name.replace(/\s+/g, ' ').trim());
    assert.equal(/^bcc:/im.test(mail.toString('latin1').split('\r\n\r\n')[0]!), false);
  }
});

test('own mail has the headers of a mail, each once, says that no person wrote it, and its text is all there', () => {
  const mail = compose('テスト送信 / Test: Gate', {
    recipients: Array.from({ length: 10 }, (_, index) => `r${index}@example.com`),
  }).toString('latin1');
  for (const name of ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Auto-Submitted']) {
    assert.equal(mail.match(new RegExp(`^${name}: `, 'gm'))?.length, 1, name);
  }
  assert.match(mail, /^Date: Sat, 21 Nov 2026 20:00:00 \+0000\r$/m);
  assert.match(mail, /^Content-Language: ja, en\r$/m);
  assert.equal(Buffer.from(mail.split('\r\n\r\n')[1]!, 'base64').toString('utf8'), '玄関\r\nGate\r\n');
  assert.equal(looksLikeTest(readSubject(Buffer.from(mail))), true);
});

test('own mail needs no repair: the worker changes nothing in it', async () => {
  const mail = compose('玄関');
  const { changes } = await prepareMail({
    source: async function* () {
      yield mail;
    },
    plainBytes: mail.length,
    from: { address: 'home@outlook.example', name: '玄関' },
    recipients: ['a@b.example', 'c@d.example'],
    messageIdHeader: '<id@relay.example>',
    acceptedAt: new Date('2026-11-21T20:00:01Z'),
    queueId: 'Q',
    receivedBy: 'relay.example',
    deviceName: '玄関',
  });
  assert.deepEqual(changes, []);
});
