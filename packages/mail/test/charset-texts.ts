import iconv from 'iconv-lite';

/** Text in a charset of seven bits: pieces that are not ASCII between shifts, without their high bits. */
function encodeShifted(text: string, charset: string, open: string, close: string): Buffer {
  const pieces = text.split(/([\0-\x7f]+)/).filter(Boolean);
  return Buffer.concat(
    pieces.map((piece) =>
      /^[\0-\x7f]/.test(piece)
        ? Buffer.from(piece)
        : Buffer.concat([
            Buffer.from(open),
            iconv.encode(piece, charset).map((byte) => byte & 0x7f),
            Buffer.from(close),
          ]),
    ),
  );
}

const encodeJis = (text: string): Buffer => encodeShifted(text, 'euc-jp', '\x1b$B', '\x1b(B');
const encodeChinese = (text: string): Buffer => encodeShifted(text, 'gbk', '~{', '~}');
const encodeKorean = (text: string): Buffer =>
  Buffer.concat([Buffer.from('\x1b$)C'), encodeShifted(text, 'euc-kr', '\x0e', '\x0f')]);

const JAPANESE = '玄関カメラで動きを検知しました。';
const CHINESE = '大门摄像机检测到移动物体。';
const TAIWANESE = '大門攝影機偵測到移動物體。';
const KOREAN = '현관 카메라에서 움직임이 감지되었습니다.';
const GERMAN = 'Tür geöffnet, Größe überschritten. ';
const FRENCH = 'Caméra déconnectée à l’entrée. ';
const RUSSIAN = 'Обнаружено движение у входа. ';
const GREEK = 'Ανιχνεύθηκε κίνηση. ';
const POLISH = 'Wykryto ruch przy wejściu, żółć. ';
const TURKISH = 'Giriş kapısında hareket algılandı. ';

/** Labels with texts that they fit, and how the text becomes bytes. */
export const CHARSETS: { label: string; text: string; encode: (text: string) => Buffer }[] = [
  { label: 'utf-8', text: JAPANESE, encode: (text) => Buffer.from(text) },
  { label: 'UTF-8', text: GERMAN, encode: (text) => Buffer.from(text) },
  { label: 'utf-8', text: RUSSIAN, encode: (text) => Buffer.from(text) },
  { label: 'Shift_JIS', text: JAPANESE, encode: by('shift_jis') },
  { label: 'windows-31j', text: JAPANESE, encode: by('shift_jis') },
  { label: 'EUC-JP', text: JAPANESE, encode: by('euc-jp') },
  { label: 'ujis', text: JAPANESE, encode: by('euc-jp') },
  { label: 'ISO-2022-JP', text: JAPANESE, encode: encodeJis },
  { label: 'GB18030', text: CHINESE, encode: by('gb18030') },
  { label: 'hz-gb-2312', text: CHINESE, encode: encodeChinese },
  { label: 'big5', text: TAIWANESE, encode: by('big5') },
  { label: 'euc-kr', text: KOREAN, encode: by('euc-kr') },
  { label: 'ms949', text: KOREAN, encode: by('cp949') },
  { label: 'iso-2022-kr', text: KOREAN, encode: encodeKorean },
  { label: 'iso-8859-1', text: GERMAN, encode: by('latin1') },
  { label: '8859_1', text: GERMAN, encode: by('latin1') },
  { label: 'iso-8859-15', text: GERMAN, encode: by('iso-8859-15') },
  { label: 'windows-1252', text: FRENCH, encode: by('windows-1252') },
  { label: 'cp850', text: GERMAN, encode: by('cp850') },
  { label: 'IBM437', text: GERMAN, encode: by('cp437') },
  { label: 'koi8-r', text: RUSSIAN, encode: by('koi8-r') },
  { label: 'windows-1251', text: RUSSIAN, encode: by('windows-1251') },
  { label: 'iso-8859-7', text: GREEK, encode: by('iso-8859-7') },
  { label: 'iso-8859-2', text: POLISH, encode: by('iso-8859-2') },
  { label: 'iso-8859-9', text: TURKISH, encode: by('iso-8859-9') },
  { label: 'utf-7', text: GERMAN, encode: by('utf-7') },
  { label: 'x-nobody-knows', text: GERMAN, encode: by('cp852') },
];

function by(charset: string): (text: string) => Buffer {
  return (text) => iconv.encode(text, charset);
}
