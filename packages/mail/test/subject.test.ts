import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWords, looksLikeTest, readSubject } from '../src/index.ts';
import { bytes, mail, prepare, readFixture } from './mail-samples.ts';

const genkan = bytes(0x8c, 0xba, 0x8a, 0xd6);
const daimon = bytes(0xb4, 0xf3, 0xc3, 0xc5);

test('M6: raw ISO-2022-JP, Shift_JIS, GBK and UTF-8 subjects are read and leave as UTF-8 words', async () => {
  const cases: [Buffer, string | null, string][] = [
    [readFixture('06'), null, 'IPアドレス通知'],
    [mail(`Subject: ${genkan}\n\n`), 'ja', '玄関'],
    [mail(`Subject: ${daimon}\nContent-Type: text/plain; charset=gb2312\n\n`), null, '大门'],
    [
      mail(
        `Subject: ${daimon}\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain;\n\tcharset="gb2312"\n\nx\n`,
      ),
      'ja',
      '大门',
    ],
    [Buffer.from('Subject: 動体検知 à\r\n\r\n'), null, '動体検知 à'],
    [mail('Subject: =?gb2312?B?tPPDxQ==?=\n\n'), null, '大门'],
  ];
  for (const [content, charset, text] of cases) {
    assert.equal(readSubject(content, { charset }), text);
    const prepared = await prepare(content, { charset });
    assert.match(prepared.one('subject')!, /^=\?UTF-8\?B\?[\w+/=]+\?=( =\?UTF-8\?B\?[\w+/=]+\?=)*$/);
    assert.equal(decodeWords(prepared.one('subject')!), text);
  }
});

test('a plain subject leaves as it came; one that only looks encoded is protected', async () => {
  assert.equal((await prepare(mail('Subject: Motion  detected, ch.1\n\n'))).one('subject'), 'Motion  detected, ch.1');
  const odd = await prepare(mail('Subject: literal =?x?\n\n'));
  assert.equal(decodeWords(odd.one('subject')!), 'literal =?x?');
});

test('M17: a missing or empty subject becomes the device’s name', async () => {
  for (const content of [mail('From: a@b\n\n'), mail('Subject:\n\n'), mail('Subject:  \n \n\n')]) {
    assert.equal(readSubject(content), null);
    const prepared = await prepare(content, { deviceName: 'Gate' });
    assert.equal(prepared.one('subject'), 'Gate');
    assert.ok(prepared.changes.includes('subject.missing'));
  }
});

test('the prefix is put before the subject once, however often the mail is prepared', async () => {
  const first = await prepare(mail('Subject: Motion\n\nx'), { subjectPrefix: '[玄関]' });
  assert.equal(decodeWords(first.one('subject')!), '[玄関] Motion');
  const second = await prepare(first.raw, { subjectPrefix: '[玄関]' });
  assert.equal(second.one('subject'), first.one('subject'));
});

test('a subject is cut at 998 characters, never inside a code point', () => {
  const subject = readSubject(Buffer.from(`Subject: x${'🚪'.repeat(800)}\r\n\r\n`))!;
  assert.equal(subject.length, 997);
  assert.ok(subject.isWellFormed());
});

test('any bytes as a subject are read as clean text of bounded length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('ja', 'zh', 'ko', 'utf-8', 'x', null),
      (value, charset) => {
        const head = Buffer.concat([Buffer.from('Subject: '), Buffer.from(value), Buffer.from('\r\n\r\n')]);
        const subject = readSubject(head, { charset });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the guarantee
        assert.ok(subject === null || (subject.length > 0 && !/[\u0000-\u001f\u007f]/.test(subject)));
      },
    ),
  );
});

test('test mails are known by their subject in the devices’ languages', () => {
  for (const subject of [
    'Test',
    'Email Test',
    'test mail',
    'SMTP-TEST',
    'Testing',
    'TestMail from cam',
    'EmailTest',
    'テストメール',
    'ﾃｽﾄ',
    '测试邮件',
    '測試',
    '試験送信',
  ]) {
    assert.equal(looksLikeTest(subject), true, subject);
  }
  for (const subject of [
    'Motion detected',
    'latest alarm',
    'contest',
    'attestation',
    'Teststraße',
    '動体検知',
    '',
    null,
  ]) {
    assert.equal(looksLikeTest(subject), false, String(subject));
  }
});
