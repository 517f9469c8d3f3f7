import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findField, scanHeader, unfold } from '../src/index.ts';
import { mail } from './mail-samples.ts';

const names = (head: Buffer) => scanHeader(head, 'eof').fields.map(({ name }) => name);
const values = (head: Buffer) => scanHeader(head, 'eof').fields.map(unfold);

test('every line end that devices use ends a line, and the body starts after the empty one', () => {
  for (const end of ['\r\n', '\n', '\r\r\n']) {
    const head = Buffer.from(`From: a@b${end}Subject: x${end}\ty${end}${end}body`);
    const header = scanHeader(head);
    assert.deepEqual(header.fields.map(unfold), ['a@b', 'x\ty'], JSON.stringify(end));
    assert.equal(head.subarray(header.headerLength!).toString(), 'body');
  }
});

test('D4: a bare CR ends no line and reads as a blank; NUL is gone', () => {
  const head = Buffer.from('To: 1\rY: 2\r\nX-Z: a\0b\r\n\r\n');
  assert.deepEqual(names(head), ['to', 'x-z']);
  assert.deepEqual(values(head), ['1 Y: 2', 'ab']);
});

test('M15: an mbox line before the header is no header and no body', () => {
  const header = scanHeader(mail('From cam Fri Nov 20 03:44:10 2026\nFrom: a@b\n\nbody'), 'eof');
  assert.equal(header.hasMboxLine, true);
  assert.deepEqual(header.fields.map(unfold), ['a@b']);
  assert.deepEqual(names(mail('From : a@b\n\n')), ['from'], 'a blank before the colon makes no mbox line');
});

test('names are taken with blanks before the colon and in any case, never with other bytes in them', () => {
  assert.deepEqual(names(mail('SUBJECT : a\nto\t: b\nFROM:c\n\n')), ['subject', 'to', 'from']);
  assert.deepEqual(names(Buffer.from('Subject: a\r\nT\x0bo: x\r\nDate: y\r\n\r\n')), ['subject', 'date']);
  assert.deepEqual(names(Buffer.from('Subject: a\r\nTо: x\r\nDate: y\r\n\r\n')), ['subject', 'date']);
});

test('a broken line between fields changes nothing above it; after the last known field it begins the body', () => {
  const head = mail('Subject: line one\nline two\n and its fold\nContent-Type: text/plain\n\nbody');
  assert.deepEqual(values(head), ['line one', 'text/plain']);
  const prose = mail('Subject: x\nMotion was detected.\nSecond line.\n\nmore');
  const header = scanHeader(prose, 'eof');
  assert.deepEqual(header.fields.map(unfold), ['x']);
  assert.equal(prose.subarray(header.headerLength!).toString(), 'Motion was detected.\r\nSecond line.\r\n\r\nmore');
});

test('a delimiter of the boundary just declared ends the header', () => {
  const head = mail('Content-Type: multipart/mixed;\n boundary="b1"\n--b1\nContent-Type: text/plain\n\nx\n--b1--\n');
  const header = scanHeader(head, 'eof');
  assert.deepEqual(
    header.fields.map(({ name }) => name),
    ['content-type'],
  );
  assert.ok(head.subarray(header.headerLength!).toString().startsWith('--b1\r\nContent-Type: text/plain'));
});

test('fields that nobody knows are the text where there would be none', () => {
  const head = mail('Subject: UPS\nX-Mailer: u\nups: input lost\nBattery: 54 percent\n');
  const header = scanHeader(head, 'eof');
  assert.deepEqual(
    header.fields.map(({ name }) => name),
    ['subject', 'x-mailer'],
  );
  assert.equal(head.subarray(header.headerLength!).toString(), 'ups: input lost\r\nBattery: 54 percent\r\n');
  assert.deepEqual(names(mail('Subject: UPS\nBattery: 54 percent\n\nA text.\n')), ['subject', 'battery']);
  assert.deepEqual(names(mail('Subject: UPS\nX-Note: 1\nAuto-Submitted: yes\n\n')), [
    'subject',
    'x-note',
    'auto-submitted',
  ]);
});

const bodyOf = (head: Buffer, end: 'more' | 'eof' = 'eof'): string =>
  head.subarray(scanHeader(head, end).headerLength!).toString('latin1');
const damage = (name: string, at: number, byte: number): string =>
  name.slice(0, at) + String.fromCharCode(byte) + name.slice(at + 1);

test('a field that is damaged, wherever and by whatever, is no body: what the empty line ends is the header', () => {
  const before = 'From: a@b\nContent-Type: image/jpeg\nContent-Transfer-Encoding: quoted-printable\n';
  for (const name of ['Content-Disposition', 'X-Mailer', 'Subject', 'From', 'Content-ID', 'User-Agent']) {
    for (let at = 0; at <= name.length; at++) {
      for (const byte of [0x1b, 0x01, 0x80, 0xff]) {
        const line = damage(`${name}: `, at, byte);
        for (const behind of ['', ' folded\n', 'X-A: 1\n', `${damage('X-Mailer: y', 2, 0x80)}\n`]) {
          const head = mail(`${before}${line}=41\n${behind}\n=FF=D8\n`);
          for (const end of ['more', 'eof'] as const) {
            const header = scanHeader(head, end);
            assert.equal(bodyOf(head, end), '=FF=D8\r\n', JSON.stringify(line + behind));
            assert.equal(header.hasDamage, true);
            assert.deepEqual(header.fields.slice(0, 3).map(unfold), ['a@b', 'image/jpeg', 'quoted-printable']);
          }
        }
      }
    }
  }
});

test('a line of text straight behind the fields stays text, in any language and with colons', () => {
  const header = 'From: a@b\nSubject: x\nContent-Type: text/plain\n';
  for (const line of [
    'Motion detected at 9:30',
    '9:30 motion',
    'http://camera/picture.jpg',
    'T\xc3\xbcr: offen',
    'T\xfcr: offen',
    'Gr\xf6\xdfe: 3',
    '\x1b$B8<4X\x1b(B: 1',
    '\x8c\xba\x8a\xd6: 1',
    '\xe7\x8e\x84\xe9\x96\xa2: \xe9\x96\x8b',
    'Alarm Class: hardware',
    'State\x1b: on',
  ]) {
    for (const behind of ['', 'Zone: 4\n', '\nA second paragraph.\n', 'Zone: 4\n\nA second paragraph.\n']) {
      const head = mail(`${header}${line}\n${behind}`);
      assert.equal(bodyOf(head), `${line}\n${behind}`.replaceAll('\n', '\r\n'));
      assert.equal(scanHeader(head, 'eof').hasDamage, false);
    }
  }
});

test('lines meant as fields do not come into a picture', () => {
  const picture = 'Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\n';
  assert.equal(bodyOf(mail(`${picture}Alarm Class: hardware\n\n/9j/4AAQ\n`)), '/9j/4AAQ\r\n');
  assert.equal(bodyOf(mail(`${picture}/9j/4AAQSkZJRg\n/9j/4AAQ\n\n`)), '/9j/4AAQSkZJRg\r\n/9j/4AAQ\r\n\r\n');
});

test('where a text begins without an empty line, fields just above it that nobody knows are its lines', () => {
  const head = mail('Subject: UPS\nX-Note: 1\nZone: 4\nBattery: 54\nDoor open.\n\nMore.\n');
  assert.deepEqual(names(head), ['subject', 'x-note']);
  assert.equal(bodyOf(head), 'Zone: 4\r\nBattery: 54\r\nDoor open.\r\n\r\nMore.\r\n');
});

test('without one field of a known name all is text', () => {
  for (const text of ['Zone: 4\nBattery: 54\n', 'Zone: 4\n\nDoor open.\n', 'Door: \xf6ffnen\nZone: 4\n\n'])
    assert.equal(bodyOf(mail(text)), text.replaceAll('\n', '\r\n'));
});

test('a delimiter with a part behind it ends a header that declared none', () => {
  const parts = '--b1\nContent-Type: text/plain\n\nx\n--b1--\n';
  for (const type of ['', 'Content-Type: multipart/mixed\n'])
    assert.equal(bodyOf(mail(`From: a@b\n${type}${parts}`)), parts.replaceAll('\n', '\r\n'));
  assert.equal(bodyOf(mail(parts)), parts.replaceAll('\n', '\r\n'));
});

test('of fields that stand twice the first that says something counts', () => {
  assert.equal(unfold(findField(scanHeader(mail('Subject:\nSubject: a\nSubject: b\n\n')), 'subject')!), 'a');
});

test('the first 256 fields are read, and the end of the header is found behind any number', () => {
  const head = mail(`${'X-A: 1\n'.repeat(50_000)}\nbody`);
  const header = scanHeader(head, 'eof');
  assert.equal(header.fields.length, 256);
  assert.equal(head.subarray(header.headerLength!).toString(), 'body');
});

test('a byte order mark and empty lines before the first field are left out; a body alone stays whole', () => {
  assert.deepEqual(names(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), mail('From: a\n\n')])), ['from']);
  assert.deepEqual(names(mail('\n\nSubject: a\n\nb')), ['subject']);
  const body = mail('\nno header here\n');
  assert.equal(body.subarray(scanHeader(body, 'eof').headerLength!).toString(), 'no header here\r\n');
});

test('lines of blanks only are no lines', () => {
  assert.deepEqual(scanHeader(mail('Subject: a\n \t \n b\n\n')).fields[0]!.lines, [' a', ' b']);
});

test('a value keeps its last byte, also 0xA0, which is half of a character', () => {
  assert.deepEqual(values(Buffer.from('Subject: voilà \r\n\r\n')), [Buffer.from('voilà').toString('latin1')]);
});

test('the end is told only when it is known', () => {
  assert.equal(scanHeader(mail('Subject: a\nDate: b\n')).headerLength, null);
  assert.equal(scanHeader(mail('Subject: a\nDate: b\n'), 'eof').headerLength, 21);
  assert.equal(scanHeader(mail('Subject: a\nDate: b'), 'cap').headerLength, 12, 'cut at a line end');
  assert.equal(scanHeader(Buffer.alloc(0), 'eof').headerLength, 0);
});

test('any bytes are read without failing, and fields and body never overlap', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('more', 'eof', 'cap' as const), (content, end) => {
      const header = scanHeader(Buffer.from(content), end);
      const inFields = header.fields.reduce((sum, field) => sum + field.label.length + field.lines.join('').length, 0);
      assert.ok(inFields <= (header.headerLength ?? content.length));
      assert.ok(end === 'more' || header.headerLength !== null);
    }),
  );
});
