import iconv from 'iconv-lite';

/** A mail as a device should not write it, and what it means. */
export interface OddMail {
  name: string;
  /** One byte per character, LF as line end. */
  mail: string;
  /** Default: `Door`. */
  subject?: string;
  lines?: string[];
  /** Names of files, each with `bytes`. */
  files?: string[];
  /** Default: `JPEG`. */
  bytes?: Buffer;
  /** The device's charset or language. */
  charset?: string;
}

/** Bytes that no text survives: line ends of every kind, NUL, a delimiter. */
export const JPEG = Buffer.concat([
  Buffer.from('ffd8fffe', 'hex'),
  Buffer.from('a\r\nb\nc\rd\0--b', 'latin1'),
  Buffer.alloc(300, 7),
]);

export const lines76 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\n');

/** A mail of a text, `Door.`, and a picture. `header` and `content`: the picture's. */
export function pictureMail({
  type = 'multipart/mixed; boundary=b',
  header = 'Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\n',
  content = lines76(JPEG),
}: {
  type?: string;
  header?: string;
  content?: string;
}): string {
  const top = `From: c@x.example\nSubject: Door\nMIME-Version: 1.0\nContent-Type: ${type}\n`;
  return `${top}\n--b\nContent-Type: text/plain\n\nDoor.\n--b\n${header}\n${content}\n--b--\n`;
}

/** A mail of one text. */
export const textMail = (type: string, content: string, encoding = '8bit', more = ''): string =>
  `From: c@x.example\nSubject: Door\nMIME-Version: 1.0\n${type && `Content-Type: ${type}\n`}${encoding && `Content-Transfer-Encoding: ${encoding}\n`}${more}\n${content}\n`;
export const subjectMail = (value: string): string => `From: c@x.example\nSubject: ${value}\n\nDoor.\n`;

/** Bytes as text, one per character. */
export const encoded = (text: string, charset: string): string => iconv.encode(text, charset).toString('latin1');
export const base64 = (bytes: string): string => lines76(Buffer.from(bytes, 'latin1'));
export const quotedPrintable = (bytes: string): string =>
  bytes.replace(/[^ -<>-~\n]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
export const word = (label: string, bytes: string): string =>
  `=?${label}?B?${Buffer.from(bytes, 'latin1').toString('base64')}?=`;

export function uuencoded(content: Buffer): string {
  const lines = ['begin 644 a.jpg'];
  for (let at = 0; at < content.length; at += 45) {
    const row = content.subarray(at, at + 45);
    let text = String.fromCharCode(32 + row.length);
    for (let group = 0; group < row.length; group += 3) {
      const bits = ((row[group] ?? 0) << 16) | ((row[group + 1] ?? 0) << 8) | (row[group + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) text += String.fromCharCode(32 + ((bits >> shift) & 63)).replace(' ', '`');
    }
    lines.push(text);
  }
  return [...lines, '`', 'end'].join('\n');
}
