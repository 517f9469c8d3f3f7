import { CHARSETS } from '../charset-texts.ts';
import type { MailTruth } from './compare-readings.ts';
import { type Dice, type Fields, latin, quoted, utf8, writeFields } from './dice.ts';
import { sha256 } from './mail-reading.ts';

/** Parts of a mail, each with its header, one byte per character, LF as line end. What they mean is added to `truth`. */
export interface PartMaker {
  text(isHtml: boolean): string;
  file(): string;
  multipart(depth: number): string;
}

const softBreaks = (line: string): string => line.replace(/(?:=..|[^=]){60}(?=.)/g, '$&=\n');
const encodeUu = (bytes: Buffer): string => {
  const char = (six: number): string => String.fromCharCode(six === 0 ? 96 : six + 32);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const row = bytes.subarray(at, at + 45);
    const padded = Buffer.concat([row, Buffer.alloc((3 - (row.length % 3)) % 3)]);
    const bits = [...padded].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    lines.push(
      char(row.length) +
        bits
          .match(/.{6}/g)!
          .map((six) => char(Number.parseInt(six, 2)))
          .join(''),
    );
  }
  return `begin 644 x.jpg\n${lines.join('\n')}\n\`\nend`;
};

export function partMaker(dice: Dice, truth: MailTruth): PartMaker {
  const { below, oneOf, chance } = dice;
  let boundaries = 0;
  let files = 0;

  const jpeg = (): Buffer =>
    Buffer.from([0xff, 0xd8, 0xff, 0xfe, ...Array.from({ length: 20 + below(300) }, () => below(256))]);

  const typeOf = (type: string, param: string): string =>
    oneOf([
      `${type}; ${param}`,
      `${type};${param}`,
      `${type};\n\t${param}`,
      `${type};\n ${param};`,
      `${type} ; ${param}`,
      `${type};; ${param}`,
    ]);

  function encode(bytes: Buffer, isText: boolean): { encoding: string; content: string } {
    const way = isText
      ? oneOf(['8bit', '8bit', '7bit', 'quoted-printable', 'quoted-printable', 'base64', ''])
      : oneOf(['base64', 'base64', 'base64', 'x-uuencode', 'quoted-printable']);
    if (way === 'base64') {
      const base64 = bytes.toString('base64');
      const lines = oneOf([76, 76, 60, 72, 4000]);
      return {
        encoding: oneOf(['base64', 'base64', 'BASE64', 'Base64 ']),
        content: base64.replace(new RegExp(`.{${lines}}(?=.)`, 'g'), '$&\n'),
      };
    }
    if (way === 'x-uuencode') return { encoding: way, content: encodeUu(bytes) };
    if (way !== 'quoted-printable') return { encoding: way, content: latin(bytes) };
    const text = latin(bytes);
    const lines = isText ? text.split('\n') : [text];
    return { encoding: way, content: lines.map((line) => softBreaks(quoted(line))).join('\n') };
  }

  function text(isHtml: boolean): string {
    const { label, text: sentence, encode: toBytes } = oneOf(CHARSETS);
    const count = chance(0.02) ? 1200 : 1 + below(4);
    const from = truth.lines.length;
    const own = Array.from({ length: count }, (_, n) =>
      `${from + n}. ${chance(0.02) ? 'long '.repeat(300) : ''}${sentence}`.trim(),
    );
    truth.lines.push(...own);
    const meta = isHtml && chance(0.3) ? `<html><head><meta charset="${label}"></head><body>\n` : '';
    // Old programs hang a file on a text so; it is shown as rows of letters where it stays.
    const picture = !isHtml && chance(0.04) ? jpeg() : null;
    const behind = picture ? `\n${encodeUu(picture)}` : '';
    if (picture) truth.attachments.push({ name: 'x.jpg', sha256: sha256(picture) });
    const { encoding, content } = encode(toBytes(`${meta}${own.join('\n')}${behind}`), true);
    const written = oneOf([
      label,
      `"${label}"`,
      `"${label}"`,
      `'${label}'`,
      `${label} (x)`,
      label.toUpperCase(),
      '',
      '"utf-8"',
      'us-ascii',
    ]);
    const type = isHtml ? 'text/html' : 'text/plain';
    const fields: Fields = chance(0.08)
      ? []
      : [['Content-Type', chance(0.1) ? type : typeOf(type, `charset=${written}`)]];
    if (encoding)
      fields.push([
        'Content-Transfer-Encoding',
        encoding === '8bit' ? oneOf(['8bit', '8bit', '8-bit', '8BIT']) : encoding,
      ]);
    if (chance(0.1)) fields.push(['Content-Disposition', 'inline']);
    return `${writeFields(chance(0.2) ? fields.reverse() : fields, dice)}\n${content}\n`;
  }

  function file(): string {
    files += 1;
    const isLog = chance(0.2);
    const bytes = isLog ? Buffer.from(`time;camera;state\n${files};1;Tür ${below(9)}\n`) : jpeg();
    const ending = isLog ? 'csv' : 'jpg';
    const plain = `cam ${files}-${below(100)}.${ending}`;
    const short = plain.replaceAll(' ', '');
    const japanese = `玄関${files}.${ending}`;
    const [param, name]: [string, string] = oneOf([
      [`filename="${plain}"`, plain],
      [`filename=${short}`, short],
      [`filename=${plain}`, plain],
      [`filename='${short}'`, short],
      [`filename*=UTF-8''${encodeURIComponent(japanese)}`, japanese],
      [`filename*=utf-8'ja'${encodeURIComponent(japanese)}; filename="x.${ending}"`, japanese],
      [`filename="=?UTF-8?B?${Buffer.from(japanese).toString('base64')}?="`, japanese],
      [`filename==?UTF-8?B?${Buffer.from(japanese).toString('base64')}?=`, japanese],
      [`filename="${utf8(japanese)}"`, japanese],
      [`filename*0="cam${files}-";\n filename*1="long.${ending}"`, `cam${files}-long.${ending}`],
      [
        `filename*0*=UTF-8''${encodeURIComponent('玄')};\n filename*1*=${encodeURIComponent('関')}${files}.${ending}`,
        japanese,
      ],
      [`filename="a(1);b${files}.${ending}"`, `a(1);b${files}.${ending}`],
    ]);
    truth.attachments.push({ name, sha256: sha256(bytes) });
    const { encoding, content } = encode(bytes, false);
    const nameParam = param.replaceAll('filename', 'name');
    const type = isLog
      ? oneOf(['text/csv', 'application/octet-stream'])
      : oneOf(['image/jpeg', 'image/jpeg', 'image/pjpeg', 'application/octet-stream']);
    const fields: Fields = [
      ['Content-Type', chance(0.4) ? typeOf(type, nameParam) : type],
      ['Content-Transfer-Encoding', encoding],
      ['Content-Disposition', `${oneOf(['attachment', 'attachment', 'inline'])}; ${param}`],
    ];
    if (chance(0.2)) fields.push(['Content-ID', `<pic${files}@cam>`]);
    if (chance(0.1)) fields.push(['Content-Description', utf8('写真 '.repeat(1 + below(8)))]);
    return `${writeFields(fields, dice)}\n${content}\n`;
  }

  function multipart(depth: number): string {
    boundaries += 1;
    const boundary = oneOf([
      `b${boundaries}`,
      `b1${'x'.repeat(boundaries)}`,
      `----=_Part_${boundaries}`,
      `#BOUNDARY${boundaries}#`,
      `a b=${boundaries}`,
      `--=(${boundaries})?:/`,
    ]);
    const isPlain = /^[\w#.-]+$/.test(boundary);
    const kind = oneOf(['mixed', 'mixed', 'related', 'alternative', 'Mixed', 'report']);
    const first = (): string => (depth < 3 && chance(0.35) ? multipart(depth + 1) : text(chance(0.2)));
    const parts =
      kind === 'alternative' ? [text(false), text(true)] : [first(), ...Array.from({ length: below(4) }, file)];
    const unquoted = isPlain && chance(0.5);
    const type = typeOf(
      `multipart/${kind}`,
      `boundary=${unquoted ? boundary : `"${boundary}"`}${chance(0.1) ? ' (generated)' : ''}`,
    );
    const preface = chance(0.3) ? 'This is a multi-part message in MIME format.\n' : '';
    const blanks = chance(0.1) ? '  ' : '';
    const close = chance(0.85) ? `--${boundary}--${blanks}\n` : '';
    const epilogue = chance(0.1) ? '-- End --\n' : '';
    const gap = chance(0.3) ? '\n' : '';
    return `${writeFields([['Content-Type', type]], dice)}\n${preface}${parts.map((part) => `--${boundary}${blanks}\n${part}${gap}`).join('')}${close}${epilogue}`;
  }

  return { text, file, multipart };
}
