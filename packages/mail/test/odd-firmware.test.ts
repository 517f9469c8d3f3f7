import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mail, prepare } from './mail-samples.ts';
import {
  base64,
  encoded,
  JPEG,
  lines76,
  type OddMail,
  pictureMail,
  quotedPrintable,
  subjectMail,
  textMail,
  word,
} from './odd-mail-parts.ts';
import { testOddMails } from './read-odd-mails.ts';

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const GERMAN = 'Größe der Tür überschritten, bitte prüfen Sie die Verriegelung am Eingang Süd.';
const JAPANESE = '至急、正面玄関を確認してください。担当は佐藤です。';
/** As firmware breaks lines that counts characters alone. */
const brokenAt = (width: number, text: string): string => text.match(new RegExp(`.{1,${width}}`, 'g'))!.join('=\n');

const BLIND_BREAKS: OddMail[] = [
  ...[59, 73, 74, 75].map((width) => ({
    name: `quoted-printable that is broken at ${width}, within an escape or not`,
    mail: textMail('text/plain; charset=utf-8', brokenAt(width, quotedPrintable(utf8(GERMAN))), 'quoted-printable'),
    lines: [GERMAN],
  })),
  ...[74, 75, 76].map((width) => ({
    name: `Japanese in quoted-printable that is broken at ${width}`,
    mail: textMail('text/plain; charset=utf-8', brokenAt(width, quotedPrintable(utf8(JAPANESE))), 'quoted-printable'),
    lines: [JAPANESE],
  })),
];

const WESTERN_UNDER_EASTERN: OddMail[] = [
  {
    name: 'German in UTF-8 that its firmware calls gb2312',
    mail: textMail('text/plain; charset=gb2312', utf8('Tür geöffnet, Straße')),
    lines: ['Tür geöffnet, Straße'],
  },
  {
    name: 'German in UTF-8 in a word of gb2312',
    mail: subjectMail(word('gb2312', utf8('Tür offen'))),
    subject: 'Tür offen',
    lines: ['Door.'],
  },
  {
    name: 'German in Latin-1 that its firmware calls gb2312, of a device that is set to Western letters',
    mail: textMail('text/plain; charset=gb2312', encoded('Tür geöffnet, Straße', 'latin1')),
    lines: ['Tür geöffnet, Straße'],
    charset: 'windows-1252',
  },
  {
    name: 'Chinese beside Latin letters, of a device that is set to Western letters',
    mail: textMail('text/plain; charset=gb2312', encoded('NVR门口 CH1报警 IP冲突 A区', 'gbk')),
    lines: ['NVR门口 CH1报警 IP冲突 A区'],
    charset: 'windows-1252',
  },
  {
    name: 'Korean beside Latin letters',
    mail: textMail('text/plain; charset=euc-kr', encoded('NVR에서 CH1을 IP주소', 'euc-kr')),
    lines: ['NVR에서 CH1을 IP주소'],
  },
];

const ALARM = '警報：扉が開いた';
const LABELS: OddMail[] = [
  ...[
    ['x-euc', 'euc-jp'],
    ['Japanese', 'shift_jis'],
    ['%s', 'utf-8'],
    ['charset', 'utf-8'],
  ].map(([label, charset]) => ({
    name: `a text of ${charset} labelled ${label}`,
    mail: textMail(`text/plain; charset=${label}`, encoded(ALARM, charset!)),
    lines: [ALARM],
    charset: 'ja',
  })),
  {
    name: 'a word of Chinese labelled cn-gb',
    mail: subjectMail(word('cn-gb', encoded('大门报警', 'gbk'))),
    subject: '大门报警',
  },
  {
    name: 'a text of Chinese labelled chinesebig5',
    mail: textMail('text/plain; charset=chinesebig5', encoded('大門警報', 'big5')),
    lines: ['大門警報'],
  },
  {
    name: 'a text of Russian labelled cp-866',
    mail: textMail('text/plain; charset=cp-866', encoded('Дверь открыта', 'cp866')),
    lines: ['Дверь открыта'],
  },
  {
    name: 'Japanese in UTF-16 without a mark, called ASCII',
    mail: textMail(
      'text/plain; charset=us-ascii',
      base64(Buffer.from('扉が開いた。確認してください。\r\n至急\r\n', 'utf16le').swap16().toString('latin1')),
      'base64',
    ),
    lines: ['扉が開いた。確認してください。', '至急'],
  },
  {
    name: 'one short line of it',
    mail: textMail(
      'text/plain; charset=us-ascii',
      base64(Buffer.from('扉が開いた\r\n', 'utf16le').swap16().toString('latin1')),
      'base64',
    ),
    lines: ['扉が開いた'],
  },
];

const FILES: OddMail[] = [
  {
    name: 'words that a gateway put behind a picture’s base64',
    mail: pictureMail({ content: `${lines76(JPEG)}\n\nSent by NVR` }),
    lines: ['Door.'],
    files: ['a.jpg'],
  },
  {
    name: 'a file’s name in pieces that are cut within an escape',
    mail: pictureMail({
      header:
        "Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename*0*=utf-8''%E8%A6%8B%E;\n filename*1*=7%A9%8D.jpg\n",
    }),
    lines: ['Door.'],
    files: ['見積.jpg'],
  },
];

testOddMails([...BLIND_BREAKS, ...WESTERN_UNDER_EASTERN, ...LABELS, ...FILES]);

test('prose that is underlined with signs of equality is not taken for a broken escape', async () => {
  const prose = textMail(
    'text/plain; charset=utf-8',
    `${'Alarm '.repeat(10)}===\nDetails of a T=C3=BCr`,
    'quoted-printable',
  );
  assert.ok(!(await prepare(mail(prose))).changes.includes('part.rewrapped'));
});
