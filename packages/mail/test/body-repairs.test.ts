import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prepareMail } from '../src/index.ts';
import { bytes, collect, inChunks, mail, prepare, prepareInput } from './mail-samples.ts';
import { JPEG, uuencoded as uu } from './odd-mail-parts.ts';
import { type PythonReading, readWithPython } from './python-reader.ts';

const picture = JPEG.toString('base64').replace(/.{76}/g, '$&\n');
const head = (type: string) => `Subject: x\nMIME-Version: 1.0\nContent-Type: ${type}\n\n`;
const MIXED = head('multipart/mixed; boundary=b');
const text = (content = 'Door.') => `--b\nContent-Type: text/plain\n\n${content}\n`;
const jpeg = (encoded = picture) =>
  `--b\nContent-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\n\n${encoded}\n`;
const raw8 = (content: string) => Buffer.from(content).toString('latin1');

interface Case {
  name: string;
  mail: string;
  /** What Python reads: type, file name, text or bytes. */
  parts: [type: string, filename: string | null, content: string | Buffer][];
  change?: string;
}

const DOOR: Case['parts'][number] = ['text/plain', null, 'Door.'];
const PICTURE: Case['parts'][number] = ['image/jpeg', 'a.jpg', JPEG];
const CASES: Case[] = [
  {
    name: 'a raw file name in a part (M13)',
    mail: `${MIXED}${text()}--b\nContent-Type: image/jpeg; name=${raw8('玄関 1.jpg')}\nContent-Transfer-Encoding: base64\n\n${picture}\n--b--\n`,
    parts: [DOOR, ['image/jpeg', '玄関 1.jpg', JPEG]],
    change: 'content_type.repaired',
  },
  {
    name: 'a part’s raw text under a wrong label (M7)',
    mail: `${MIXED}--b\nContent-Type: text/plain; charset=us-ascii\n\n${bytes(0x8c, 0xba, 0x8a, 0xd6)}\n${jpeg()}--b--\n`,
    parts: [['text/plain', null, bytes(0x8c, 0xba, 0x8a, 0xd6)], PICTURE],
    change: 'charset.relabelled',
  },
  {
    name: 'uuencode (M11)',
    mail: `${MIXED}${text()}--b\nContent-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: x-uue\n\n${uu(JPEG)}\n\n--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'part.uudecoded',
  },
  {
    name: 'a file in uuencode in a text, which goes on',
    mail: `${head('text/plain')}Door.\n\n${uu(JPEG)}\n\nGoodbye.\n`,
    parts: [['text/plain', null, 'Door.\n'], PICTURE, ['text/plain', null, '\nGoodbye.']],
    change: 'part.uudecoded',
  },
  {
    name: 'two files in uuencode behind each other, in a part of its own, raw in its text',
    mail: `${MIXED}--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${raw8('扉')}\n${uu(JPEG)}\n\n${uu(JPEG).replace('a.jpg', raw8('玄関.jpg'))}\n${jpeg()}--b--\n`,
    parts: [['text/plain', null, raw8('扉')], PICTURE, ['image/jpeg', '玄関.jpg', JPEG], PICTURE],
    change: 'part.uudecoded',
  },
  {
    name: 'a file in uuencode in a text of quoted-printable, cut off',
    mail: `${head('text/plain; charset=utf-8').replace('MIME', 'Content-Transfer-Encoding: quoted-printable\nMIME')}T=C3=BCr.\n${uu(JPEG).replaceAll('=', '=3D').slice(0, -6)}\n`,
    parts: [['text/plain', null, raw8('Tür.')], PICTURE],
    change: 'part.uudecoded',
  },
  {
    name: 'a text under the label of uuencode with words before its file',
    mail: `${MIXED}--b\nContent-Type: text/plain\nContent-Transfer-Encoding: uuencode\n\nDoor.\n${uu(JPEG)}\n--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'part.uudecoded',
  },
  {
    name: 'a text that only speaks of uuencode',
    mail: `${head('text/plain')}begin 644 a.jpg\nis how it begins.\nend\n`,
    parts: [['text/plain', null, 'begin 644 a.jpg\nis how it begins.\nend']],
  },
  {
    name: 'base64 behind which a damaged delimiter and another part stand',
    mail: `${MIXED}${text()}${jpeg()}\n-\x1bb\nContent-Type: image/jpeg\n\n/9j/AAAA\n--b--\n`,
    parts: [DOOR, PICTURE],
  },
  {
    name: 'a multipart whose type lost a byte',
    mail: `${head('\x80ultipart/mixed; boundary=b')}${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'content_type.repaired',
  },
  {
    name: 'a header whose empty line lost its LF',
    mail: `${MIXED}${text()}${jpeg()}--b--\n`.replace('base64\n\n', 'base64\n\r\x1b'),
    parts: [DOOR, PICTURE],
  },
  {
    name: 'base64 behind which a broken delimiter stands',
    mail: `${MIXED}${text()}--b\nContent-Type: text/html; name=test.html\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=test.html\n\nPGh0bWw+Cg==\n\n--b-->\nPotentially more.\n`,
    parts: [DOOR, ['text/html', 'test.html', '<html>']],
  },
  {
    name: 'no boundary',
    mail: `${head('multipart/mixed')}${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'a boundary cut short',
    mail: `${head('multipart/mixed; boundary="----=_Part_12"')}${text()}${jpeg()}--b--\n`.replace(
      /--b/g,
      '------=_Part_12_77',
    ),
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'a first delimiter that was damaged, before others as they were declared',
    mail: `${head('multipart/mixed; boundary="b_1"')}${text()}${jpeg()}--b--\n`
      .replace(/--b/g, '--b_1')
      .replace('--b_1', '--b\0'),
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'a boundary in single quotes that its delimiters lack',
    mail: `${head("multipart/mixed; boundary='b'")}${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'a boundary with a fold inside its quotes',
    mail: `${head('multipart/mixed; boundary="aa\n bb"')}${text()}${jpeg()}--b--\n`.replace(/--b/g, '--aabb'),
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'no boundary in a multipart inside',
    mail: `${MIXED}--b\nContent-Type: multipart/alternative\n\n--i\nContent-Type: text/plain\n\nDoor.\n--i\nContent-Type: text/html\n\n<p>Door.\n--i--\n${jpeg()}--b--\n`,
    parts: [DOOR, ['text/html', null, '<p>Door.'], PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'no closing delimiter (M9)',
    mail: `${MIXED}${text()}${jpeg()}`,
    parts: [DOOR, PICTURE],
    change: 'parts.closed',
  },
  {
    name: 'no closing delimiter inside',
    mail: `${MIXED}--b\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\nDoor.\n${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.closed',
  },
  { name: 'two delimiters in a row (M8)', mail: `${MIXED}--b\n${text()}--b\n${jpeg()}--b--\n`, parts: [DOOR, PICTURE] },
  {
    name: 'a multipart wholly in base64',
    mail: `Content-Transfer-Encoding: base64\n${MIXED}${Buffer.from(`${text()}${jpeg()}--b--\n`).toString('base64').replace(/.{60}/g, '$&\n')}\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.decoded',
  },
  {
    name: 'a multipart inside wholly in base64',
    mail: `${MIXED}--b\nContent-Type: multipart/mixed; boundary=i\nContent-Transfer-Encoding: base64\n\n${Buffer.from('--i\r\n\r\nDoor.\r\n--i--\r\n').toString('base64')}\n${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.decoded',
  },
  {
    name: 'a multipart that says base64 and is none',
    mail: `Content-Transfer-Encoding: base64\n${MIXED}${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'transfer_encoding.relabelled',
  },
  {
    name: 'NUL in a text',
    mail: `${MIXED}${text('Do\0or.\0')}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'body.nul_removed',
  },
  {
    name: 'a text of one long line (D5)',
    mail: `${MIXED}${text('Door '.repeat(400))}${jpeg()}--b--\n`,
    parts: [['text/plain', null, 'Door '.repeat(400)], PICTURE],
    change: 'part.rewrapped',
  },
  {
    name: 'quoted-printable of one long line',
    mail: `${head('text/plain; charset=utf-8').replace('\n\n', '\nContent-Transfer-Encoding: quoted-printable\n\n')}${'=E9=96=A2'.repeat(400)}=\nx\n`,
    parts: [['text/plain', null, raw8(`${'関'.repeat(400)}x`)]],
    change: 'part.rewrapped',
  },
  {
    name: 'base64 in one long line',
    mail: `${MIXED}${text()}${jpeg(Buffer.concat([JPEG, Buffer.alloc(900, 1)]).toString('base64'))}--b--\n`,
    parts: [DOOR, ['image/jpeg', 'a.jpg', Buffer.concat([JPEG, Buffer.alloc(900, 1)])]],
    change: 'part.rewrapped',
  },
  {
    name: 'base64 whose pieces were each padded, in lines of any length',
    mail: `${MIXED}${text()}${jpeg(`${JPEG.toString('base64', 0, 100)}\n${JPEG.toString('base64', 100, 110)}\n${JPEG.toString('base64', 110)}`)}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'part.rewrapped',
  },
  {
    name: 'base64 cut inside a group',
    mail: `${MIXED}${text()}${jpeg(picture.slice(0, 150))}--b--\n`,
    parts: [DOOR, ['image/jpeg', 'a.jpg', JPEG.subarray(0, 111)]],
    change: 'part.rewrapped',
  },
  {
    name: 'prose that says base64',
    mail: `${MIXED}--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nThe door, and the gate, are open.\n--b--\n`,
    parts: [['text/plain', null, 'The door, and the gate, are open.']],
    change: 'transfer_encoding.relabelled',
  },
  {
    name: 'a picture sent as some file (M14)',
    mail: `${MIXED}${text()}--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=ch1.dat\nContent-Transfer-Encoding: base64\n\n${picture}\n--b--\n`,
    parts: [DOOR, ['image/jpeg', 'ch1.dat.jpg', JPEG]],
    change: 'file.typed',
  },
  {
    name: 'pictures as alternatives of the text (M10)',
    mail: `${MIXED.replace('mixed', 'alternative')}${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.mixed',
  },
  {
    name: 'a multipart without any part',
    mail: `${MIXED}Door open.\nGate shut.\n`,
    parts: [['text/plain', null, 'Door open.\nGate shut.']],
    change: 'parts.none',
  },
  {
    name: 'a type that stands behind an empty line',
    mail: `Subject: x\nMIME-Version: 1.0\n\n${MIXED.slice(MIXED.indexOf('Content-Type'))}${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'parts without any type above them',
    mail: `Subject: x\n\n${text()}${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'parts.boundary_found',
  },
  {
    name: 'a text that quotes a mail of parts',
    mail: `Subject: x\n\nReturned:\n${text()}--b--\n`,
    parts: [['text/plain', null, `Returned:\n${text()}--b--`]],
  },
  {
    name: 'a part’s header that no empty line ends',
    mail: `${MIXED}--b\nContent-Type: text/plain\nDoor.\n${jpeg()}--b--\n`,
    parts: [DOOR, PICTURE],
    change: 'part.header_ended',
  },
];
/** Bytes that are no text cannot stand in a string above whose LF become CRLF. */
const binary = (encoding: string) =>
  Buffer.concat([
    mail(`${MIXED}${text()}--b\nContent-Type: image/jpeg; name=a.jpg\n${encoding}\n`),
    JPEG,
    mail('\n--b--\n'),
  ]);
const BINARY = ['', 'Content-Transfer-Encoding: binary\n', 'Content-Transfer-Encoding: base64\n'].map(binary);

const mails = [...CASES.map((one) => mail(one.mail)), ...BINARY];
const prepared = await Promise.all(mails.map((content) => prepare(content, { charset: 'ja' })));
const readings = readWithPython(prepared.map(({ raw }) => raw));
const partsOf = (reading: PythonReading) => {
  return reading.parts.map(({ type, filename, payload }) => {
    const content = Buffer.from(payload, 'base64');
    const isText = type.startsWith('text/');
    return [type, filename, isText ? content.toString('latin1').replaceAll('\r\n', '\n').trimEnd() : content];
  });
};

for (const [index, { name, parts, change }] of CASES.entries()) {
  test(`${name}: another hand’s parser reads what was meant`, () => {
    const expected = parts.map(([type, file, content]) => [
      type,
      file,
      typeof content === 'string' ? content.trimEnd() : content,
    ]);
    assert.deepEqual(partsOf(readings[index]!), expected);
    if (change) assert.ok(prepared[index]!.changes.includes(change), prepared[index]!.changes.join(' '));
  });
}

test('a picture’s raw bytes never pass through the repair of line ends, whatever its encoding is called', () => {
  for (const index of BINARY.keys()) assert.deepEqual(partsOf(readings[CASES.length + index]!), [DOOR, PICTURE]);
});

test('what leaves is the size that was told, CRLF lines of at most 998 bytes, without NUL, and needs no second repair', async () => {
  for (const [index, once] of prepared.entries()) {
    const name = CASES[index]?.name ?? 'binary';
    const content = once.raw.toString('latin1');
    assert.equal(once.raw.length, once.sizeBytes, name);
    assert.doesNotMatch(content, /\0|\r(?!\n)|(?<!\r)\n/, name);
    assert.ok(
      content.split('\r\n').every((line) => line.length <= 998),
      name,
    );
    const twice = await prepare(once.raw, { charset: 'ja' });
    assert.equal(twice.body, once.body, name);
    assert.equal(twice.one('content-type'), once.one('content-type'), name);
  }
});

test('repairs do not depend on where the chunks are cut', async () => {
  for (const [index, content] of mails.entries()) {
    for (const size of [1, 13, 64]) {
      const again = await prepareMail(prepareInput(content, { charset: 'ja', source: () => inChunks(content, size) }));
      assert.deepEqual(await collect(again.open()), prepared[index]!.raw, `${CASES[index]?.name} by ${size}`);
    }
  }
});

/** A line behind padding that shows only at its end that it is none: it was once decoded as far as the chunk went. */
const BEHIND_PADDING: [string[], boolean, number][] = [
  [
    ['--b\r\n', 'Content-Transfer-Encoding: base64\r\n', '\r\n', 'QUJD=\r\n', 'x'.repeat(1300), '--x', '\r\n'],
    false,
    100,
  ],
];

test('any mixture of parts, cut anywhere, leaves in the size that was told, and the same a second time', async () => {
  const piece = fc.constantFrom(
    '--b\r\n',
    '--b--\r\n',
    '--i\r\n',
    '--i--\r\n',
    '--x',
    '\r\n',
    '\n',
    'Door.\r\n',
    'a\0b',
    'é',
    '\r',
    'Content-Type: multipart/mixed; boundary=i\r\n\r\n',
    'Content-Type: multipart/mixed\r\n',
    'Content-Type: text/plain\r\n\r\n',
    'Content-Transfer-Encoding: base64\r\n',
    'Content-Type: image/jpeg\r\n\r\n',
    'LS1pDQoNCkRvb3IuDQotLWktLQ0K\r\n',
    'x'.repeat(1300),
    '/9j/\r\n',
  );
  const cut = fc.integer({ min: 1, max: 400 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.boolean(), cut, async (pieces, isEncoded, size) => {
      const encoding = isEncoded ? 'Content-Transfer-Encoding: base64\r\n' : '';
      const content = Buffer.from(`${encoding}${MIXED.replaceAll('\n', '\r\n')}${pieces.join('')}`, 'latin1');
      const mended = await prepareMail(prepareInput(content, { source: () => inChunks(content, size) }));
      const raw = await collect(mended.open());
      assert.equal(raw.length, mended.sizeBytes);
      assert.deepEqual(raw, (await prepare(content)).raw);
    }),
    { numRuns: 200, examples: BEHIND_PADDING },
  );
});

test('signed and encrypted mail, and mails in a mail, keep every byte but line ends', async () => {
  const inside = `--i\nContent-Type: application/octet-stream\n\n${raw8('玄関')}\n${picture}\n--i\nContent-Type: text/plain; charset=us-ascii\n\n${raw8('é')}\n--i--\n`;
  for (const type of ['multipart/signed; boundary=i', 'multipart/encrypted; boundary=i', 'message/rfc822']) {
    const whole = await prepare(mail(`${head(type)}${inside}`));
    assert.equal(whole.body, inside.replaceAll('\n', '\r\n'), type);
    const nested = await prepare(mail(`${MIXED}${text('Do\0or.')}--b\nContent-Type: ${type}\n\n${inside}--b--\n`));
    assert.ok(nested.body.includes(inside.replaceAll('\n', '\r\n')), type);
  }
});
