import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeWords, parseAddresses, readSubject } from '../src/index.ts';
import { fixtureNames, prepare, readFixture } from './mail-samples.ts';
import { readWithPython } from './python-reader.ts';

const originals = fixtureNames.map((name) => readFixture(name));
const options = {
  timeZone: 'Asia/Tokyo',
  deviceName: '玄関カメラ',
  from: { address: 'owner@outlook.com', name: '玄関カメラ' },
};
const prepared = await Promise.all(originals.map((content) => prepare(content, options)));
const before = readWithPython(originals);
const after = readWithPython(prepared.map(({ raw }) => raw));
const at = (number: string) => fixtureNames.findIndex((name) => name.startsWith(number));

test('every device mail: another hand’s parser finds the same parts with the same decoded bytes', () => {
  const toCrlf = (payload: string) =>
    Buffer.from(payload, 'base64')
      .toString('latin1')
      .replace(/\r\n|\r|\n/g, '\r\n')
      .trimEnd();
  for (const [index, name] of fixtureNames.entries()) {
    const parts = (readings: typeof before) =>
      readings[index]!.parts.map(({ type, filename, payload }) => [
        // A picture sent as "some file" leaves as what it is (M14).
        type === 'application/octet-stream' ? 'image/jpeg' : type,
        filename,
        toCrlf(payload),
      ]);
    assert.deepEqual(parts(after), parts(before), name);
    assert.ok(after[index]!.parts.length > 0);
  }
});

test('every device mail: bodies of CRLF lines leave byte for byte where no part needs a repair', () => {
  for (const [index, name] of fixtureNames.entries()) {
    // 01's text is labelled anew, 03's picture named as one, 05's pictures are no uuencode any more.
    if (/^0[135]/.test(name)) continue;
    const original = originals[index]!.toString('latin1');
    const body = original.slice(original.search(/\r?\n\r?\n/)).replace(/^\r?\n\r?\n/, '');
    const isClean = !/\r(?!\n)|(?<!\r)\n/.test(body) && body.endsWith('\r\n');
    assert.equal(prepared[index]!.body, isClean ? body : `${body.replace(/\r\n|\r|\n/g, '\r\n')}`, name);
    assert.equal(prepared[index]!.changes.includes('body.line_ends'), !isClean, name);
  }
});

test('every device mail: one From, one Date within a day, one Message-ID, one MIME-Version, the envelope’s recipient', () => {
  for (const [index, name] of fixtureNames.entries()) {
    const reading = after[index]!;
    for (const header of ['from', 'date', 'message-id', 'mime-version', 'subject']) {
      assert.equal(reading.headers.filter(([other]) => other === header).length, 1, `${name} ${header}`);
    }
    assert.ok(Math.abs(reading.date! * 1000 - Date.parse('2026-11-20T00:30:00Z')) <= 86_400_000, name);
    assert.deepEqual(reading.addresses.from, ['owner@outlook.com']);
    assert.equal(reading.fromName, '玄関カメラ');
    assert.deepEqual([...reading.addresses.to!, ...reading.addresses.bcc!], ['ops@example.jp'], name);
  }
});

test('every device mail: the subject reads the same to us and to Python', () => {
  for (const [index, content] of originals.entries()) {
    assert.equal(after[index]!.subject, readSubject(content));
    assert.equal(decodeWords(prepared[index]!.one('subject')!), readSubject(content));
  }
});

test('01: three JPEGs of 151 bytes that begin FF D8 FF FE', () => {
  const jpegs = after[at('01')]!.parts.slice(1).map(({ payload }) => Buffer.from(payload, 'base64'));
  assert.deepEqual(
    jpegs.map((jpeg) => [jpeg.length, jpeg.toString('hex', 0, 4)]),
    Array(3).fill([151, 'ffd8fffe']),
  );
});

test('03: the list with ; gives two addresses, the Message-ID without brackets and the far-off ISO date are replaced', () => {
  const to = before[at('03')]!.headers.find(([name]) => name === 'to')![1];
  assert.deepEqual(
    parseAddresses(to).map(({ address }) => address),
    ['ops@example.jp', 'guard@example.jp'],
  );
  const mail = prepared[at('03')]!;
  assert.equal(mail.one('message-id'), '<QUEUEID@mail.local>');
  assert.equal(mail.one('x-device-message-id'), '20261223102746');
  assert.equal(mail.one('x-device-date'), '2026-12-23 10:27:46');
});

test('06: IPアドレス通知 leaves as UTF-8, with MIME-Version', () => {
  assert.equal(after[at('06')]!.subject, 'IPアドレス通知');
  assert.equal(prepared[at('06')]!.one('subject'), '=?UTF-8?B?SVDjgqLjg4njg6zjgrnpgJrnn6U=?=');
  assert.equal(prepared[at('06')]!.one('mime-version'), '1.0');
});

test('08: no @ in the name, Reply-To kept, no receipt request, no Sender', () => {
  const mail = prepared[at('08')]!;
  assert.equal(mail.one('reply-to'), 'hanako@office.example.jp');
  assert.deepEqual([...mail.all('sender'), ...mail.all('disposition-notification-to')], []);
  assert.equal(after[at('08')]!.subject, 'スキャン文書');
});

test('09: LF lines leave as CRLF, 11/20/2026 is not reordered', () => {
  const mail = prepared[at('09')]!;
  assert.doesNotMatch(mail.raw.toString('latin1'), /(?<!\r)\n/);
  assert.equal(mail.one('x-device-date'), '11/20/2026 03:44:10');
  assert.ok(mail.body.includes('Date     : 11/20/2026\r\n'));
});

test('12: the smuggled commands stay body text of one mail', () => {
  const mail = prepared[at('12')]!;
  assert.ok(mail.body.startsWith('first line\r\n\r\n.\r\nMAIL FROM:<ceo@victim.example>\r\n'));
  assert.ok(!mail.head.includes('victim'));
  assert.equal(mail.one('subject'), 'smuggling probe');
});
