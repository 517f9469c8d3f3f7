import { mail } from './mail-samples.ts';
import {
  encoded as encode,
  JPEG,
  type OddMail,
  pictureMail,
  quotedPrintable as quoted,
  subjectMail as subject,
  textMail as text,
  uuencoded,
  word,
} from './odd-mail-parts.ts';
import { testOddMails } from './read-odd-mails.ts';

const twoTexts = (first: string, second: string): string =>
  `Subject: Door\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\n${first}\n--b\n${second}\n--b--\n`;
const JAPANESE = '玄関カメラで動きを検知しました。';
const FRENCH = 'Caméra déconnectée à l’entrée.';
/** Korean Windows writes syllables that EUC-KR lacks under its label. */
const KOREAN = '똠방각하 3번';
const DOOR = { lines: ['Door.'], files: ['a.jpg'] };

const MAILS: OddMail[] = [
  {
    name: 'syllables of Korean Windows in a word',
    mail: subject(word('ks_c_5601-1987', encode(KOREAN, 'cp949'))),
    subject: KOREAN,
  },
  { name: 'raw syllables of Korean Windows', mail: subject(encode(KOREAN, 'cp949')), subject: KOREAN, charset: 'ko' },
  {
    name: 'letters of Hong Kong in a word',
    mail: subject(word('big5', encode('咗嘅門', 'big5hkscs'))),
    subject: '咗嘅門',
  },
  {
    name: 'a word without a charset',
    mail: subject(word('', Buffer.from(JAPANESE).toString('latin1'))),
    subject: JAPANESE,
  },
  {
    name: 'a word of ISO-2022-JP whose last shift was damaged',
    mail: subject('=?iso-2022-jp?Q?=1B$B8<4X=1B\x1bB?='),
    subject: '玄関',
  },
  {
    name: 'unlabelled EUC-JP of a Japanese device',
    mail: text('text/plain', encode(JAPANESE, 'euc-jp')),
    lines: [JAPANESE],
    charset: 'ja',
  },
  {
    name: 'unlabelled Shift_JIS of a Japanese device',
    mail: text('text/plain', encode(JAPANESE, 'shift_jis')),
    lines: [JAPANESE],
    charset: 'ja',
  },
  {
    name: 'unlabelled Turkish of a Turkish device',
    mail: text('text/plain', encode('Giriş kapısı', 'windows-1254')),
    lines: ['Giriş kapısı'],
    charset: 'windows-1254',
  },
  {
    name: 'French called ASCII beside Greek',
    mail: twoTexts(
      `Content-Type: text/plain; charset=iso-8859-7\n\n${encode('Ανιχνεύθηκε', 'iso-8859-7')}`,
      `Content-Type: text/html; charset=us-ascii\n\n${encode(FRENCH, 'windows-1252')}`,
    ),
    lines: ['Ανιχνεύθηκε', FRENCH],
  },
  {
    name: 'damaged UTF-8 without a label beside a DOS code page',
    mail: twoTexts(
      `Content-Type: text/plain; charset=cp437\n\n${encode('Tür geöffnet', 'cp437')}`,
      `Content-Type: text/html\n\n${Buffer.from(`${JAPANESE}\n${JAPANESE}`).toString('latin1').replace('\x8e', '5')}`,
    ),
    lines: [JAPANESE],
  },
  {
    name: 'French called ASCII beside Polish of ISO’s charset',
    mail: twoTexts(
      `Content-Type: text/plain; charset=iso-8859-2\n\n${encode('Wykryto ruch, żółć', 'iso-8859-2')}`,
      `Content-Type: text/html; charset=us-ascii\n\n${encode(FRENCH, 'windows-1252')}`,
    ),
    lines: ['Wykryto ruch, żółć', FRENCH],
  },
  {
    name: 'damaged UTF-8 without a label beside Latin-1',
    mail: twoTexts(
      'Content-Type: text/plain; charset=iso-8859-1\n\nT\xfcr',
      `Content-Type: text/html; charset=\nContent-Transfer-Encoding: quoted-printable\n\n${quoted(Buffer.from('Обнаружено движение\nу входа').toString('latin1')).replace('=D0=B6', '=D0=')}`,
    ),
    lines: ['Tür', 'у входа'],
  },
  {
    name: 'UTF-8 as it says, with three slips',
    mail: text(
      'text/plain; charset=utf-8',
      `${Buffer.from('Größe über\nTür geöffnet, größer').toString('latin1')}\n1\xb6 2\x9f 3\x8a`,
    ),
    lines: ['Größe über', 'Tür geöffnet, größer'],
    charset: 'ko',
  },
  {
    name: 'German called ASCII with a damaged byte, of a Chinese device',
    mail: text(
      'text/plain; charset=us-ascii',
      'T\xfcr ge\xf6ffnet, Gr\xf6\xdfe \xfcberschritten\nT\xfcr ge\xf6ffnet, zu gro\xdf\n\x80bersicht',
    ),
    lines: ['Tür geöffnet, Größe überschritten', 'Tür geöffnet, zu groß'],
    charset: 'zh',
  },
  {
    name: 'a label that lost its hyphen to a damaged byte',
    mail: text('text/plain; charset=koi8\x1br', encode('Движение', 'koi8-r')),
    lines: ['Движение'],
  },
  {
    name: 'a label with a semicolon in its quotes',
    mail: text('text/plain; charset="utf-8;"', 'VMO8cg==', 'base64'),
    lines: ['Tür'],
  },
  {
    name: 'a fold without its blank',
    mail: text('text/plain;\ncharset="shift_jis"', encode(JAPANESE, 'shift_jis')),
    lines: [JAPANESE],
  },
  {
    name: 'folds without their blanks in a part',
    mail: pictureMail({
      header:
        'Content-Type: image/jpeg;\nname="a.jpg"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\nfilename="a.jpg"\n',
    }),
    ...DOOR,
  },
  { name: 'a type in quotes', mail: pictureMail({ type: '"multipart/mixed"; boundary=b' }), ...DOOR },
  { name: 'half of a type', mail: pictureMail({ type: 'mixed; boundary=b' }), ...DOOR },
  { name: 'parts called a text', mail: pictureMail({ type: 'text/plain; boundary=b' }), ...DOOR },
  {
    name: 'a boundary of raw letters',
    mail: pictureMail({ type: 'multipart/mixed; boundary="\x8c\xba"' }).replaceAll('--b', '--\x8c\xba'),
    ...DOOR,
  },
  {
    name: 'a first delimiter with a damaged byte',
    mail: pictureMail({ type: 'multipart/mixed; boundary="ab"' }).replaceAll('--b', '--ab').replace('--ab', '--\xffb'),
    ...DOOR,
  },
  { name: 'an empty line behind each delimiter', mail: pictureMail({}).replaceAll('--b\n', '--b\n\n'), ...DOOR },
  { name: 'a delimiter that lost its LF', mail: pictureMail({}).replace('--b\n', '--b\r'), ...DOOR },
  {
    name: 'an empty line that lost its LF before a delimiter',
    mail: pictureMail({}).replace('\n\n--b', '\n\r--b'),
    ...DOOR,
  },
  { name: 'a multipart in base64, all in one line', mail: inBase64(pictureMail({})), ...DOOR },
  {
    name: 'a file name in pieces that begin with 1',
    mail: pictureMail({
      header:
        "Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*1*=utf-8''%E7%8E%84; filename*2=.jpg\n",
    }),
    lines: ['Door.'],
    files: ['玄.jpg'],
  },
  {
    name: 'a percent-encoded file name without its charset',
    mail: pictureMail({
      header:
        'Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*=%E7%8E%84.jpg\n',
    }),
    lines: ['Door.'],
    files: ['玄.jpg'],
  },
  {
    name: 'a disposition that is a file name alone',
    mail: pictureMail({
      header: 'Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Disposition: filename=a.jpg\n',
    }),
    ...DOOR,
  },
  {
    name: 'blanks before colons in a part',
    mail: pictureMail({ header: 'Content-Type : image/jpeg; name=a.jpg\nContent-Transfer-Encoding : base64\n' }),
    ...DOOR,
  },
  {
    name: 'values on the next line in a part',
    mail: pictureMail({ header: 'Content-Type:\n image/jpeg;\n name=a.jpg\nContent-Transfer-Encoding:\n base64\n' }),
    ...DOOR,
  },
  {
    name: 'a damaged field name in a part',
    mail: pictureMail({ header: 'Content-Type: image/jpeg; name=a.jpg\nContent-Transfe\x1b-Encoding: base64\n' }),
    ...DOOR,
  },
  {
    name: 'a colon that became NUL in the last field',
    mail: pictureMail({
      header: 'Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\nContent-Disposition\0 inline\n',
    }),
    ...DOOR,
  },
  ...['bas64', 'x-base64', 'base64; charset=utf-8', '7bit', 'binary', 'Base 64', 'binary64'].map((encoding) => ({
    name: `base64 under the label ${encoding}`,
    mail: pictureMail({ header: `Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: ${encoding}\n` }),
    ...DOOR,
  })),
  { name: 'base64 without a label', mail: pictureMail({ header: 'Content-Type: image/jpeg; name=a.jpg\n' }), ...DOOR },
  {
    name: 'a picture in uuencode without a label',
    mail: pictureMail({ header: 'Content-Type: image/jpeg; name=a.jpg\n', content: uuencoded(JPEG) }),
    ...DOOR,
  },
  {
    name: 'a type whose hyphen is a blank',
    mail: pictureMail({}).replace('Content-Type: m', 'Content Type: m'),
    ...DOOR,
  },
  {
    name: 'fields of a part with underscores',
    mail: pictureMail({ header: 'Content_Type: image/jpeg; name=a.jpg\nContent_Transfer_Encoding: base64\n' }),
    ...DOOR,
  },
  {
    name: 'a file’s name behind an empty line',
    mail: pictureMail({ header: 'Content-Type: image/jpeg;\n\n name=a.jpg\nContent-Transfer-Encoding: base64\n' }),
    ...DOOR,
  },
  {
    name: 'a file’s encoding behind an empty line',
    mail: pictureMail({ header: 'Content-Type: image/jpeg; name=a.jpg\n\nContent-Transfer-Encoding: base64\n' }),
    ...DOOR,
  },
  {
    name: 'a blank behind an encoding',
    mail: pictureMail({ header: 'Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64 \n' }),
    ...DOOR,
  },
  {
    name: 'quoted-printable in two words',
    mail: text('text/plain; charset=utf-8', 'T=C3=BCr', 'quoted printable'),
    lines: ['Tür'],
  },
];

/** Text of LF ends whose body is one line of base64. */
function inBase64(whole: string): string {
  const [head, body] = [whole.slice(0, whole.indexOf('\n\n')), whole.slice(whole.indexOf('\n\n') + 2)];
  return `${head}\nContent-Transfer-Encoding: base64\n\n${mail(body).toString('base64')}\n`;
}

testOddMails(MAILS);
