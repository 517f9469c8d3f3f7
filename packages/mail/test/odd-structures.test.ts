import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareMail } from '../src/index.ts';
import { collect, inChunks, mail, prepare, prepareInput } from './mail-samples.ts';
import { JPEG, lines76, type OddMail, pictureMail, quotedPrintable, textMail } from './odd-mail-parts.ts';
import { testOddMails } from './read-odd-mails.ts';

const DOOR = { lines: ['Door.'], files: ['a.jpg'] };
const PICTURE = `Content-Type: image/jpeg; name="a.jpg"\nContent-Transfer-Encoding: base64\n`;
const picture = `--b\n${PICTURE}\n${lines76(JPEG)}\n`;
const TEXT = '--b\nContent-Type: text/plain\n\nDoor.\n';
const mixed = (body: string, more = ''): string =>
  `Subject: Door\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n${more}\n${body}`;
const GERMAN = 'Größe der Tür';
const QUOTED = 'Content-Transfer-Encoding: quoted-printable\n';
const quotedParts = (boundary: string): string =>
  `--${boundary}\nContent-Type: text/plain;=20\n charset=3D"utf-8"\n\n${quotedPrintable(Buffer.from(GERMAN).toString('latin1'))}\n--${boundary}\nContent-Type: image/jpeg; name=3D"a=\n.jpg"\nContent-Transfer-Encoding: base64\n\n${lines76(JPEG).replaceAll('=', '=3D')}\n--${boundary}--\n`;
/** Has letters of the second alphabet. */
const LETTERS = Buffer.concat([JPEG, Buffer.from([0xfb, 0xef, 0xff, 0xfe, 0xfb, 0xff, 0x3e, 0x3f])]);
const SOUND = Buffer.concat([Buffer.from('RIFF\x24\x01\0\0WAVEfmt ', 'latin1'), LETTERS]);
const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');
const longBoundary = 'b'.repeat(260);

const PARTS: OddMail[] = [
  { name: 'a closing delimiter between parts', mail: mixed(`${TEXT}--b--\n\n${picture}--b--\n`), ...DOOR },
  {
    name: 'a closing delimiter behind each part',
    mail: mixed(`${TEXT}--b--\n${picture}--b--\n\n\n${picture.replaceAll('a.jpg', 'c.jpg')}--b--\n`),
    lines: ['Door.'],
    files: ['a.jpg', 'c.jpg'],
  },
  {
    name: 'a closing delimiter between parts of a multipart inside',
    mail: mixed(
      `--b\nContent-Type: multipart/mixed; boundary=i\n\n${`${TEXT}--b--\n${picture}`.replaceAll('--b', '--i')}--i--\n\n${picture.replaceAll('a.jpg', 'c.jpg')}--b--\n`,
    ),
    lines: ['Door.'],
    files: ['a.jpg', 'c.jpg'],
  },
  {
    name: 'two empty lines between delimiter and header',
    mail: mixed(`${TEXT}${picture}--b--\n`.replaceAll('--b\n', '--b\n\n\n')),
    ...DOOR,
  },
  {
    name: 'a boundary of 260 characters',
    mail: mixed(`${TEXT}${picture}--b--\n`).replaceAll('--b', `--${longBoundary}`).replace('"b"', `"${longBoundary}"`),
    ...DOOR,
  },
  {
    name: 'a delimiter on a text’s last line',
    mail: mixed(`${TEXT.trimEnd()}${picture}--b--\n`),
    ...DOOR,
  },
  {
    name: 'a delimiter on a picture’s last line',
    mail: mixed(`${picture.trimEnd()}${TEXT}--b--\n`),
    ...DOOR,
  },
  {
    name: 'a multipart wholly in quoted-printable',
    mail: mixed(quotedParts('b'), QUOTED),
    lines: [GERMAN],
    files: ['a.jpg'],
  },
  {
    name: 'a multipart wholly in quoted-printable, delimiters too',
    mail: mixed(quotedParts('b=3D1'), QUOTED).replace('"b"', '"b=1"'),
    lines: [GERMAN],
    files: ['a.jpg'],
  },
  {
    name: 'a multipart inside wholly in quoted-printable',
    mail: mixed(
      `--b\nContent-Type: multipart/mixed; boundary=i\n${QUOTED}\n${quotedParts('i')}\n${picture.replaceAll('a.jpg', 'c.jpg')}--b--\n`,
    ),
    lines: [GERMAN],
    files: ['a.jpg', 'c.jpg'],
  },
  {
    name: 'a multipart that says quoted-printable and is none',
    mail: mixed(
      `--b\nContent-Type: text/plain; charset=utf-8\n${QUOTED}\n${quotedPrintable(Buffer.from(GERMAN).toString('latin1'))}\n${picture}--b--\n`,
      QUOTED,
    ),
    lines: [GERMAN],
    files: ['a.jpg'],
  },
];

const CONTENTS: OddMail[] = [
  {
    name: 'base64 in the alphabet of URLs',
    mail: pictureMail({ content: urlSafe(lines76(LETTERS)) }),
    ...DOOR,
    bytes: LETTERS,
  },
  {
    name: 'the same without padding',
    mail: pictureMail({ content: urlSafe(lines76(LETTERS)).replace(/=+/, '') }),
    ...DOOR,
    bytes: LETTERS,
  },
  {
    name: 'a text in base64 of the alphabet of URLs',
    mail: textMail('text/plain; charset=utf-8', urlSafe(lines76(Buffer.from('?>?>~ÿ 玄関 ?>?>'))), 'base64'),
    lines: ['?>?>~ÿ 玄関 ?>?>'],
  },
  {
    name: 'base64 behind the beginning of a data: URL',
    mail: pictureMail({ content: `data:image/jpeg;base64,${lines76(JPEG)}` }),
    ...DOOR,
  },
  ...['quoted-printable', 'uuencode'].map((encoding) => ({
    name: `base64 under the label ${encoding}`,
    mail: pictureMail({ header: `Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: ${encoding}\n` }),
    ...DOOR,
  })),
  {
    name: 'a sound in base64 without a label',
    mail: pictureMail({ header: 'Content-Type: audio/wav; name=a.wav\n', content: lines76(SOUND) }),
    lines: ['Door.'],
    files: ['a.wav'],
    bytes: SOUND,
  },
  {
    name: 'a picture in quoted-printable',
    mail: pictureMail({
      header: 'Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: quoted-printable\n',
      content: quotedPrintable(JPEG.toString('latin1'))
        .replace(/\n/g, '=0A')
        .replace(/(?:=..|[^=]){20}(?=.)/g, '$&=\n'),
    }),
    ...DOOR,
  },
  {
    name: 'blanks behind the soft breaks of a text that is wrapped anew',
    mail: textMail('text/plain; charset=utf-8', `${'T=C3=BCr '.repeat(150)}= \nauf=\t\n und zu`, 'quoted-printable'),
    lines: [`${'Tür '.repeat(150)}auf und zu`],
  },
  {
    name: 'a closing delimiter that lost its LF before words',
    mail: mixed(
      `${TEXT}--b\nContent-Type: image/jpeg; name=a.jpg\n${QUOTED}\n${quotedPrintable(JPEG.toString('latin1')).replaceAll('\n', '=0A')}\n--b--\r-- End --\n`,
    ),
    ...DOOR,
  },
  {
    name: 'a type whose first letter was damaged',
    mail: textMail('\x80ext/html; charset=utf-8', '<p>Door.</p>'),
    lines: ['<p>Door.</p>'],
  },
  {
    name: 'a charset behind a forgotten semicolon',
    mail: textMail('text/plain; format="fixed" charset="windows-1251"', '\xc4\xe2\xe5\xf0\xfc'),
    lines: ['Дверь'],
  },
  ...['Door open.', 'Motion detected', 'Alarm\nCamera1\nMotion\n12:00:01'].map((words) => ({
    name: `${JSON.stringify(words)} under the label base64`,
    mail: textMail('text/plain; charset=utf-8', words, 'base64'),
    lines: words.split('\n'),
  })),
  {
    name: 'words before the first part, where no part has any',
    mail: mixed(`Door.\n\n${picture}--b--\n`),
    ...DOOR,
  },
  {
    name: 'a picture in HTML as a data: URL in one line',
    mail: textMail('text/html; charset=utf-8', `<p>Door.</p><img src="data:image/jpeg;base64,${'q6ur'.repeat(3000)}">`),
    lines: [`<p>Door.</p><img src="data:image/jpeg;base64,${'q6ur'.repeat(3000)}">`],
  },
];

testOddMails([...PARTS, ...CONTENTS]);

test('LF before CR as every line’s end is one line end, in header, text and parts, however the mail is cut', async () => {
  for (const whole of [pictureMail({}), textMail('text/plain', 'Door.\n\nGate.')]) {
    const usual = await prepare(mail(whole));
    const swapped = Buffer.from(whole.replaceAll('\n', '\n\r'), 'latin1');
    for (const size of [1, 3, 64, 100_000]) {
      const mended = await prepareMail(prepareInput(swapped, { source: () => inChunks(swapped, size) }));
      const raw = await collect(mended.open());
      assert.equal(raw.toString('latin1'), usual.raw.toString('latin1'));
      assert.ok(mended.changes.includes('body.line_ends'));
    }
  }
  // An empty line of CRLF behind a bare LF is none.
  const mixedEnds = await prepare(Buffer.from('Subject: Door\n\r\nDoor.\r\n'));
  assert.equal(mixedEnds.body, 'Door.\r\n');
});

test('a mail whose lines all begin with blanks is one without them, however it is cut', async () => {
  const folded = pictureMail({ type: 'multipart/mixed;\n boundary=b' }).replace('Door.', 'Door.\n  2 deep');
  for (const whole of [pictureMail({}), folded, textMail('text/plain', 'Door.\n\n  Gate.\nEnd')]) {
    const usual = await prepare(mail(whole));
    for (const [blanks, end, empty] of [
      ['    ', '\n', true],
      ['\t', '\r\n', false],
      ['  ', '\n', false],
    ] as const) {
      const lines = whole.replace(/\n$/, '').split('\n');
      const text = lines.map((line) => (line === '' && !empty ? '' : blanks + line) + end).join('');
      const indented = Buffer.from(text, 'latin1');
      for (const size of [1, 3, 64, 100_000]) {
        const mended = await prepareMail(prepareInput(indented, { source: () => inChunks(indented, size) }));
        assert.equal((await collect(mended.open())).toString('latin1'), usual.raw.toString('latin1'));
        assert.ok(mended.changes.includes('body.unindented'));
      }
    }
  }
});

test('a text whose lines begin with blanks is none of those', async () => {
  for (const text of [
    '  Battery: 54 percent\n  Load: 38\n',
    ' To: the owner\nof the house\n',
    '  From here to there\n  go on\n',
  ])
    assert.ok((await prepare(Buffer.from(text))).body.includes(text.split('\n')[0]!), text);
});

const body = (whole: string, lineEnd: string): Buffer => {
  const [head, rest] = [whole.slice(0, whole.indexOf('\n\n') + 2), whole.slice(whole.indexOf('\n\n') + 2)];
  return Buffer.concat([mail(head), Buffer.from(rest.replaceAll('\n', lineEnd), 'latin1')]);
};

test('a body whose lines end in another way than its header’s is read as it is meant, however it is cut', async () => {
  const usual = await prepare(mail(pictureMail({})));
  for (const lineEnd of ['\n\r', '\r', '\r\0', '\n']) {
    const odd = body(pictureMail({}), lineEnd);
    for (const size of [1, 64, 100_000]) {
      const mended = await prepareMail(prepareInput(odd, { source: () => inChunks(odd, size) }));
      assert.equal((await collect(mended.open())).toString('latin1'), usual.raw.toString('latin1'), lineEnd);
    }
  }
  const text = await prepare(body(textMail('text/plain', 'Door.\nGate.'), '\n\r'));
  assert.equal(text.body, 'Door.\r\nGate.\r\n');
  const header = Buffer.from(`${textMail('text/plain', '').trimEnd().replaceAll('\n', '\r')}\r\rDoor.\r\nGate.\r\n`);
  const ofCr = await prepare(header);
  assert.deepEqual([ofCr.one('subject'), ofCr.body], ['Door', 'Door.\r\nGate.\r\n']);
});

test('a CR too many behind a delimiter or a field of a part makes no empty line', async () => {
  for (const [from, to] of [
    ['--b\r\n', '--b\r\r\n'],
    ['a.jpg\r\n', 'a.jpg\r\r\n'],
    ['\r\n', '\r\r\n'],
  ] as const) {
    const whole = mail(pictureMail({})).toString('latin1');
    const start = whole.indexOf('\r\n\r\n') + 4;
    const odd = await prepare(Buffer.from(whole.slice(0, start) + whole.slice(start).replaceAll(from, to), 'latin1'));
    assert.match(odd.body, /--b\r\nContent-Type: text\/plain\r\n\r\n/);
    assert.match(
      odd.body,
      /--b\r\nContent-Type: image\/jpeg; ?\s*name=a\.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/,
    );
  }
});

test('words before the first part are a part where no other has any, but for what programs write there', async () => {
  const files = (words: string): Buffer => mail(mixed(`${words}\n${picture}--b--\n`));
  const { body: told, changes } = await prepare(files('Tür offen\n'), { charset: 'ja' });
  assert.match(
    told,
    /^--b\r\nContent-Type: text\/plain; charset=windows-1252\r\nContent-Transfer-Encoding: 8bit\r\n\r\nT\xfcr offen/,
  );
  assert.ok(changes.includes('parts.boundary_found'));
  for (const words of ['This is a multi-part message in MIME format.', '', '-----'])
    assert.ok((await prepare(files(words))).body.startsWith(`${words}\r\n--b\r\n`), words);
  assert.ok((await prepare(mail(mixed(`Words.\n${TEXT}${picture}--b--\n`)))).body.startsWith('Words.\r\n--b\r\n'));
});

test('a line that ends as a delimiter does, and has no field below it, is a text’s', async () => {
  const text = '--b\nContent-Type: text/plain\n\nSee --b\nor ----b\n\nand --b--\n';
  const { body: told } = await prepare(mail(mixed(`${text}${picture}--b--\n`)));
  assert.ok(told.startsWith(text.replaceAll('\n', '\r\n')));
});

test('HTML in a multipart without a part leaves as HTML', async () => {
  const { all } = await prepare(mail(mixed('<br><br>\n<table><tr><td>Door.</td></tr></table>\n')));
  assert.deepEqual(all('content-type'), ['text/html']);
});

test('these repairs do not depend on where the chunks are cut, and say what was done', async () => {
  for (const { name, mail: content } of [...PARTS, ...CONTENTS]) {
    const bytes = mail(content);
    const once = await prepare(bytes);
    for (const size of [1, 7, 65]) {
      const again = await prepareMail(prepareInput(bytes, { source: () => inChunks(bytes, size) }));
      assert.deepEqual(await collect(again.open()), once.raw, `${name} by ${size}`);
    }
  }
  const { changes } = await prepare(mail(PARTS[0]!.mail));
  assert.ok(changes.includes('parts.reopened'), changes.join(' '));
});

test('what stands behind a closed multipart is no part of it: words, and the parts of another', async () => {
  const words = mixed(`${TEXT}--b--\nGoodbye.\n--b\n\nx\n`);
  assert.ok((await prepare(mail(words))).body.includes('--b--\r\nGoodbye.'));
  // The outer one has the same boundary: its part is its own.
  const same = mixed(`--b\nContent-Type: multipart/alternative; boundary=b\n\n${TEXT}--b--\n\n${picture}--b--\n`);
  assert.ok(!(await prepare(mail(same))).changes.includes('parts.reopened'));
});
