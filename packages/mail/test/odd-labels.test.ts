import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mail, prepare } from './mail-samples.ts';
import {
  base64,
  encoded,
  type OddMail,
  pictureMail,
  quotedPrintable,
  subjectMail,
  textMail,
  word,
} from './odd-mail-parts.ts';
import { testOddMails } from './read-odd-mails.ts';

const GERMAN = 'Größe der Tür: 21°C';
const RUSSIAN = 'Обнаружено движение';
const CHINESE = '大门摄像机检测到移动物体';
const JAPANESE = '玄関カメラで動きを検知しました。';
const TURKISH = 'Giriş kapısında hareket algılandı.';
const POLISH = 'Wykryto ruch przy wejściu, żółć.';
const THAI = 'ตรวจพบการเคลื่อนไหวที่ประตู';
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const called = (label: string, bytes: string): string => textMail(`text/plain; charset=${label}`, bytes);

const UTF8_BY_OTHER_NAMES: OddMail[] = [
  ...['iso-8859-1', 'windows-1252', 'iso-8859-15'].map((label) => ({
    name: `UTF-8 called ${label}`,
    mail: called(label, utf8(GERMAN)),
    lines: [GERMAN],
  })),
  {
    name: 'UTF-8 in quoted-printable called Latin-1',
    mail: textMail('text/plain; charset=iso-8859-1', quotedPrintable(utf8(GERMAN)), 'quoted-printable'),
    lines: [GERMAN],
  },
  {
    name: 'UTF-8 with its mark, in base64, called Latin-1',
    mail: textMail('text/plain; charset=iso-8859-1', base64(utf8(`\ufeff${GERMAN}`)), 'base64'),
    lines: [GERMAN],
  },
  ...['windows-1251', 'koi8-r', 'iso-8859-5'].map((label) => ({
    name: `Russian UTF-8 called ${label}`,
    mail: called(label, utf8(RUSSIAN)),
    lines: [RUSSIAN],
  })),
  { name: 'Chinese UTF-8 that fits its label too', mail: called('gb2312', utf8(CHINESE)), lines: [CHINESE] },
  {
    name: 'a word of UTF-8 called Latin-1',
    mail: subjectMail(word('iso-8859-1', utf8(GERMAN))),
    subject: GERMAN,
  },
  {
    name: 'a word that was encoded twice',
    mail: subjectMail(word('UTF-8', word('UTF-8', utf8(JAPANESE)))),
    subject: JAPANESE,
  },
];

const CALLED_LATIN: OddMail[] = [
  {
    name: 'Shift_JIS called Latin-1 by a Japanese device',
    mail: called('iso-8859-1', encoded(JAPANESE, 'shift_jis')),
    lines: [JAPANESE],
    charset: 'ja',
  },
  {
    name: 'a word of EUC-JP called Latin-1 by a Japanese device',
    mail: subjectMail(word('iso-8859-1', encoded(JAPANESE, 'euc-jp'))),
    subject: JAPANESE,
    charset: 'ja',
  },
  {
    name: 'Russian called Latin-1 by a Russian device',
    mail: called('iso-8859-1', encoded(RUSSIAN, 'windows-1251')),
    lines: [RUSSIAN],
    charset: 'windows-1251',
  },
  {
    name: 'Turkish called Latin-1 by a Turkish device',
    mail: called('iso-8859-1', encoded(TURKISH, 'windows-1254')),
    lines: [TURKISH],
    charset: 'windows-1254',
  },
  {
    name: 'Polish called Latin-1 by a Polish device',
    mail: called('iso-8859-1', encoded(POLISH, 'windows-1250')),
    lines: [POLISH],
    charset: 'windows-1250',
  },
  {
    name: 'Polish of ISO’s charset, without a label, of a device that is set to Windows’',
    mail: textMail('text/plain', encoded(POLISH, 'iso-8859-2')),
    lines: [POLISH],
    charset: 'windows-1250',
  },
  {
    name: 'Thai without a label of a Thai device',
    mail: textMail('text/plain', encoded(THAI, 'windows-874')),
    lines: [THAI],
    charset: 'windows-874',
  },
  {
    name: 'Windows’ dashes and quotes called Latin-1',
    mail: called('iso-8859-1', encoded('Caméra “nord” – l’entrée €5', 'windows-1252')),
    lines: ['Caméra “nord” – l’entrée €5'],
  },
];

const ODD_LABELS: OddMail[] = [
  ...['utf-8"', '"utf-8', '<utf-8>', 'charset=utf-8', 'UTF-8N', 'utf', 'utf-8 (Unicode)\x80', 'utf-8(x'].map(
    (label) => ({
      name: `UTF-8 under the label ${JSON.stringify(label)}`,
      mail: called(label, utf8(GERMAN)),
      lines: [GERMAN],
    }),
  ),
  {
    name: 'a charset’s comment behind which a byte was damaged',
    mail: called('iso-8859-2 (x)\x80', encoded(POLISH, 'iso-8859-2')),
    lines: [POLISH],
  },
  ...(
    [
      ['SJIS-win', 'shift_jis'],
      ['eucJP-win', 'euc-jp'],
      ['x-sjis', 'shift_jis'],
      ['x-euc-jp', 'euc-jp'],
    ] as const
  ).map(([label, charset]) => ({
    name: `Japanese under the label ${label}`,
    mail: called(label, encoded(JAPANESE, charset)),
    lines: [JAPANESE],
  })),
  {
    name: 'UTF-16 called Unicode, without its mark',
    mail: textMail('text/plain; charset=unicode', Buffer.from(JAPANESE, 'utf16le').toString('base64'), 'base64'),
    lines: [JAPANESE],
  },
];

/** What programs write under the label of a neighbour. */
const NEIGHBOURS: OddMail[] = [
  {
    name: 'Polish of Windows called ISO',
    mail: called('iso-8859-2', encoded('Dysk uszkodzony – źle, ściśle', 'windows-1250')),
    lines: ['Dysk uszkodzony – źle, ściśle'],
  },
  {
    name: 'a word of Czech of Windows called ISO',
    mail: subjectMail(word('iso-8859-2', encoded('Příloha – šest', 'windows-1250'))),
    subject: 'Příloha – šest',
  },
  {
    name: 'Greek of Windows called ISO',
    mail: called('iso-8859-7', encoded('Κίνηση – “είσοδος”', 'windows-1253')),
    lines: ['Κίνηση – “είσοδος”'],
  },
  {
    name: 'EUC-JP called Shift_JIS, whose bytes fit both',
    mail: called('Shift_JIS', encoded('動きを検知しました。', 'euc-jp')),
    lines: ['動きを検知しました。'],
  },
  {
    name: 'a word of EUC-JP called Shift_JIS, whose bytes fit both',
    mail: subjectMail(word('shift_jis', encoded('カメラ停電しました', 'euc-jp'))),
    subject: 'カメラ停電しました',
  },
  {
    name: 'unlabelled EUC-JP with a damaged byte of a Japanese device',
    mail: textMail(
      '',
      `${encoded('動きを検知しました。確認してください。', 'euc-jp')}\n\xff${encoded('裏口', 'euc-jp')}`,
    ),
    lines: ['動きを検知しました。確認してください。'],
    charset: 'ja',
  },
  ...['windows-949', 'cp949', 'uhc', 'x-windows-949'].map((label) => ({
    name: `Korean called ${label}`,
    mail: called(label, encoded('녹화 시작', 'cp949')),
    lines: ['녹화 시작'],
  })),
];

testOddMails([...UTF8_BY_OTHER_NAMES, ...CALLED_LATIN, ...ODD_LABELS, ...NEIGHBOURS]);

const labelOf = async (content: string, charset?: string): Promise<string | undefined> =>
  /charset="?([^";]+)/i.exec((await prepare(mail(content), { charset })).one('content-type') ?? '')?.[1];

test('a right label stays, whatever the device is set to and however few letters a text has', async () => {
  const western = ['Tür', 'à côté', 'Größe', 'déjà vu, ça', 'Ça 21°', 'naïve Æther', '50 % ½', '«Tür»'];
  for (const text of western)
    for (const charset of ['ja', 'zh', 'ko', 'windows-1251', 'windows-1254', 'windows-1250', undefined])
      assert.equal(await labelOf(called('iso-8859-1', encoded(text, 'latin1')), charset), 'iso-8859-1', text);
  const others: [string, string][] = [
    ['shift_jis', 'ｶﾒﾗ ﾃｽﾄ'],
    ['shift_jis', 'ｹｲﾎｳ･ﾄﾞｱ､ｶｲ･ﾏﾄﾞ､ｶｲ'],
    ['shift_jis', 'ｶﾞｽ､ﾃﾞﾝｷ､ｽｲﾄﾞｳ'],
    ['iso-8859-2', 'Wykryto ruch, żółć, ściśle'],
    ['shift_jis', '玄関'],
    ['euc-kr', '현관'],
    ['gb18030', '大门'],
    ['big5', '大門'],
    ['windows-1251', 'Дверь'],
    ['koi8-r', 'Дверь'],
    ['iso-8859-7', 'Πόρτα'],
    ['windows-1254', 'Kapı'],
    ['cp866', 'раб'],
  ];
  for (const [label, text] of others)
    assert.equal(await labelOf(called(label, encoded(text, label)), 'ja'), label, `${label}: ${text}`);
});

test('UTF-7 stays what its label says where a byte of it was damaged', async () => {
  const text = encoded(`${GERMAN}, Tür`, 'utf-7').replace('+AP', 'T\xd7');
  const content = textMail('text/plain; charset=utf-7', base64(text), 'base64');
  assert.equal(await labelOf(content, 'windows-1251'), 'utf-7');
});

test('a picture’s raw name is read as before where the text’s label is another', async () => {
  const name = encoded('玄関.jpg', 'shift_jis');
  const header = `Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="${name}"\n`;
  const { body } = await prepare(mail(pictureMail({ header })), { charset: 'ja' });
  assert.match(body, /filename\*=UTF-8''%E7%8E%84%E9%96%A2\.jpg/);
});
