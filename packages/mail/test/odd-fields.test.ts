import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mail, prepare } from './mail-samples.ts';
import {
  encoded,
  JPEG,
  lines76,
  type OddMail,
  pictureMail,
  quotedPrintable,
  subjectMail,
  textMail,
} from './odd-mail-parts.ts';
import { testOddMails } from './read-odd-mails.ts';

const DOOR = { lines: ['Door.'], files: ['a.jpg'] };
const GERMAN = 'Größe der Tür: 21°C';
const UTF8 = Buffer.from(GERMAN).toString('latin1');
const BASE64 = lines76(Buffer.from(GERMAN));
const TEXT = { lines: [GERMAN] };
/** A picture whose kind its own bytes do not tell us, so that its header must. */
const SOUND = Buffer.concat([Buffer.from('\x01\x02sound', 'latin1'), JPEG]);
const sound = (header: string): string =>
  pictureMail({ header: `Content-Type: audio/basic; name="a.au"${header}`, content: lines76(SOUND) });
const A_SOUND = { lines: ['Door.'], files: ['a.au'], bytes: SOUND };

const GLUED: OddMail[] = [
  {
    name: 'an encoding on the line of the type',
    mail: textMail(
      'text/plain; charset="iso-8859-1" Content-Transfer-Encoding: quoted-printable',
      quotedPrintable(encoded(GERMAN, 'latin1')),
      '',
    ),
    ...TEXT,
  },
  {
    name: 'an encoding as a parameter',
    mail: textMail('text/plain; charset=utf-8; Content-Transfer-Encoding: base64', BASE64, ''),
    ...TEXT,
  },
  {
    name: 'a part’s encoding on the line of its type',
    mail: sound(' Content-Transfer-Encoding: base64\n'),
    ...A_SOUND,
  },
  {
    name: 'a part’s header whose lines all begin with a blank',
    mail: pictureMail({ header: ' Content-Type: image/jpeg; name="a.jpg"\n Content-Transfer-Encoding: base64\n' }),
    ...DOOR,
  },
  {
    name: 'a type that names itself',
    mail: textMail('Content-Type: text/html; charset=utf-8', `<b>${UTF8}</b>`),
    lines: [`<b>${GERMAN}</b>`],
  },
  {
    name: 'a text’s type behind an empty line',
    mail: textMail(
      '',
      quotedPrintable(encoded(GERMAN, 'latin1')),
      '',
      '\n\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n',
    ),
    ...TEXT,
  },
  {
    name: 'a subject’s second line without its blank',
    mail: subjectMail('=?utf-8?B?R3LDtsOfZQ==?=\n=?utf-8?B?IGRlciBUw7xy?='),
    subject: 'Größe der Tür',
  },
];

const IN_OTHER_LINES: OddMail[] = [
  {
    name: 'a type behind a damaged byte',
    mail: pictureMail({}).replace('Content-Type: multipart', 'Content-Type:\xffmultipart'),
    ...DOOR,
  },
  {
    name: 'MIME’s fields on the line of the subject',
    mail: `From: c@x.example\nSubject: Door MIME-Version: 1.0 Content-Type: multipart/mixed; boundary=b\n${pictureMail({}).slice(pictureMail({}).indexOf('\n\n'))}`,
    ...DOOR,
  },
  {
    name: 'MIME’s fields as folds of the subject',
    mail: pictureMail({}).replace('MIME-Version', ' MIME-Version').replace('Content-Type', ' Content-Type'),
    ...DOOR,
  },
  {
    name: 'the type of a text before that of the parts that follow',
    mail: pictureMail({}).replace('Content-Type', 'Content-Type: text/plain\nContent-Type'),
    ...DOOR,
  },
];

const MISSPELT: OddMail[] = [
  ...[
    'Content-Encoding',
    'Transfer-Encoding',
    'Content-Transfert-Encoding',
    'Content-Tranfer-Encoding',
    'ContentTransferEncoding',
    'Content-Transfer',
  ].map((name) => ({
    name: `an encoding under the name ${name}`,
    mail: textMail('text/plain; charset=utf-8', BASE64, '', `${name}: base64\n`),
    ...TEXT,
  })),
  { name: 'a part’s encoding under HTTP’s name', mail: sound('\nContent-Encoding: base64\n'), ...A_SOUND },
  ...['quote-printable', 'quoted-printabel', 'Q', 'QuotedPrintable'].map((encoding) => ({
    name: `quoted-printable called ${encoding}`,
    mail: textMail('text/plain; charset=utf-8', quotedPrintable(UTF8), encoding),
    ...TEXT,
  })),
  ...[
    'plain',
    'plain/text',
    'text\\plain',
    'text/',
    'text/plain, charset=utf-8',
    'text/plain: charset=utf-8',
    'text/plain/utf-8',
    'charset=utf-8',
    '; charset=utf-8',
    'text/plain; charset:utf-8',
  ].map((type) => ({
    name: `a text of the type ${type}`,
    mail: textMail(type, UTF8),
    ...TEXT,
  })),
  ...['multipart_mixed', 'multipart-mixed', 'multi-part/mixed', 'multipart\\mixed', 'application/mixed'].map(
    (type) => ({
      name: `parts of the type ${type}`,
      mail: pictureMail({ type: `${type}; boundary=b` }),
      ...DOOR,
    }),
  ),
  ...['multipart/x-zip', 'multipart/octet-stream'].map((type) => ({
    name: `a file of the type ${type}`,
    mail: pictureMail({ header: `Content-Type: ${type}; name="a.jpg"\nContent-Transfer-Encoding: base64\n` }),
    ...DOOR,
  })),
  {
    name: 'a picture that is called a text and has a picture’s name',
    mail: pictureMail({ header: 'Content-Type: text/plain; name="a.jpg"\nContent-Transfer-Encoding: base64\n' }),
    ...DOOR,
  },
];

const header = (disposition: string): string =>
  `Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; ${disposition}\n`;

const NAMES: OddMail[] = [
  { name: 'a file’s name behind a colon', mail: pictureMail({ header: header('filename:"a.jpg"') }), ...DOOR },
  {
    name: 'a bare name with a fold between two blanks',
    mail: pictureMail({ header: header('filename=Gate  \n 1.jpg') }),
    lines: ['Door.'],
    files: ['Gate 1.jpg'],
  },
  {
    name: 'a word that is a parameter with its name',
    mail: pictureMail({ header: header('=?utf-8?Q?filename=3D"T=C3=BCr.jpg"?=') }),
    lines: ['Door.'],
    files: ['Tür.jpg'],
  },
];

const BEHIND: OddMail[] = [
  {
    name: 'a type behind a message’s id',
    mail: `From: c@x.example\nSubject: Door\nMIME-Version: 1.0\nMessage-ID: <b-1@g.example>Content-Type: text/plain; charset=euc-kr\n\n${encoded('재시작', 'euc-kr')}\n`,
    lines: ['재시작'],
  },
  {
    name: 'a type behind a folded message’s id',
    mail: `From: c@x.example\nSubject: Door\nMessage-ID:\n <b-1@g.example> Content-Type: text/plain; charset=koi8-r\n\n${encoded('Дверь', 'koi8-r')}\n`,
    lines: ['Дверь'],
  },
  {
    name: 'a subject behind a date',
    mail: 'From: c@x.example\nDate: Fri, 20 Nov 2026 09:30:00 +0900Subject: Door 2\nContent-Type: text/plain\n\nDoor.\n',
    subject: 'Door 2',
    lines: ['Door.'],
  },
  {
    name: 'a semicolon before a type',
    mail: pictureMail({ type: ';multipart/mixed; boundary=b' }),
    ...DOOR,
  },
  {
    name: 'raw letters in a file’s name that says its charset',
    mail: pictureMail({ header: header(`filename*=iso-8859-1''${encoded('été', 'latin1')}%20%E9.jpg`) }),
    lines: ['Door.'],
    files: ['été é.jpg'],
  },
  {
    name: 'a line of blanks in a part’s header',
    mail: pictureMail({
      header: 'Content-Type: image/jpeg;\n \t\n name=a.jpg\n \t\nContent-Transfer-Encoding: base64\n',
    }),
    ...DOOR,
  },
];

testOddMails([...GLUED, ...BEHIND, ...IN_OTHER_LINES, ...MISSPELT, ...NAMES]);

test('no line of blanks leaves in a part’s header, which some take for its end', async () => {
  const blanks = 'Content-Type: image/jpeg; name=a.jpg\n \t\nContent-Transfer-Encoding: base64\n';
  assert.doesNotMatch((await prepare(mail(pictureMail({ header: blanks })))).body, /^[ \t]+\r$/m);
});

test('a subject that speaks of fields keeps its words', async () => {
  for (const words of [
    'a <b@c>Subject: x',
    '1 +0900Subject: y',
    'Content-Type: text/html is wrong',
    'MIME-Version: 1.1 seen',
    'set Content-Encoding: base64',
  ])
    assert.equal((await prepare(mail(subjectMail(words)))).one('subject'), words);
});

test('a picture’s id without its brackets gets them, so that the text that shows it finds it', async () => {
  const { body } = await prepare(mail(pictureMail({ header: `${header('filename=a.jpg')}Content-ID: 1312\n` })));
  assert.match(body, /\r\nContent-ID: <1312>\r\n/);
});
