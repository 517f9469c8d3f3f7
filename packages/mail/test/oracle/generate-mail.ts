import { seededRandom } from '@hikyaku/testing';
import { CHARSETS } from '../charset-texts.ts';
import { sha256 } from './mail-reading.ts';
import type { OracleMail } from './run-oracle.ts';

/** A mail as some device might write it, and what it means. The same seed gives the same mail. */
export function generateMail(seed: number): OracleMail {
  const random = seededRandom(seed);
  const below = (max: number): number => Math.floor(random() * max);
  const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const chance = (part: number): boolean => random() < part;
  const lines: string[] = [];
  const attachments: { name: string; sha256: string }[] = [];
  let boundaries = 0;
  let files = 0;

  const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  const utf8 = (text: string): string => latin(Buffer.from(text));
  const quoted = (bytes: string): string =>
    bytes.replace(/[^ -<>-~]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

  const body = (bytes: Buffer, isText: boolean): { encoding: string; content: string } => {
    const encoding = isText ? oneOf(['8bit', '8bit', 'quoted-printable', 'base64', '']) : 'base64';
    if (encoding === 'base64') return { encoding, content: bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\n') };
    if (encoding !== 'quoted-printable') return { encoding, content: latin(bytes) };
    const soft = (line: string): string => line.replace(/(?:=..|[^=]){60}(?=.)/g, '$&=\n');
    return {
      encoding,
      content: latin(bytes)
        .split('\n')
        .map((line) => soft(quoted(line)))
        .join('\n'),
    };
  };

  const header = (fields: [string, string][]): string => fields.map(([name, value]) => `${name}: ${value}\n`).join('');
  const typeOf = (type: string, param: string): string =>
    oneOf([`${type}; ${param}`, `${type};${param}`, `${type};\n\t${param}`]);

  const textPart = (isHtml: boolean): string => {
    const { label, text, encode } = oneOf(CHARSETS);
    const count = chance(0.03) ? 1500 : 1 + below(4);
    const own = Array.from({ length: count }, (_, n) => `${lines.length + n}. ${text}`.trim());
    lines.push(...own);
    const { encoding, content } = body(encode(own.join('\n')), true);
    const quotes = oneOf([label, `"${label}"`, `"${label}"`, `${label} (x)`]);
    const type = typeOf(isHtml ? 'text/html' : 'text/plain', `charset=${quotes}`);
    return `${header([['Content-Type', type], ...(encoding ? [['Content-Transfer-Encoding', encoding] as [string, string]] : [])])}\n${content}\n`;
  };

  const filePart = (): string => {
    files += 1;
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xfe, ...Array.from({ length: 20 + below(300) }, () => below(256))]);
    const plain = `cam ${files}-${below(100)}.jpg`;
    const japanese = `玄関${files}.jpg`;
    const [param, name]: [string, string] = oneOf([
      [`filename="${plain}"`, plain],
      [`filename=${plain.replaceAll(' ', '')}`, plain.replaceAll(' ', '')],
      [`filename*=UTF-8''${encodeURIComponent(japanese)}`, japanese],
      [`filename="=?UTF-8?B?${Buffer.from(japanese).toString('base64')}?="`, japanese],
      [`filename="${utf8(japanese)}"`, japanese],
      [`filename*0="cam${files}-";\n filename*1="long.jpg"`, `cam${files}-long.jpg`],
    ]);
    attachments.push({ name, sha256: sha256(bytes) });
    const { encoding, content } = body(bytes, false);
    const fields: [string, string][] = [
      ['Content-Type', oneOf(['image/jpeg', 'image/jpeg', 'application/octet-stream'])],
      ['Content-Transfer-Encoding', oneOf([encoding, encoding, 'BASE64', 'Base64 '])],
      ['Content-Disposition', `${oneOf(['attachment', 'attachment', 'inline'])}; ${param}`],
    ];
    return `${header(fields)}\n${content}\n`;
  };

  const multipart = (depth: number): string => {
    boundaries += 1;
    const boundary = oneOf([
      `b${boundaries}`,
      `----=_Part_${boundaries}`,
      `#BOUNDARY${boundaries}#`,
      `a b=${boundaries}`,
    ]);
    const isPlain = /^[\w#.-]+$/.test(boundary);
    const kind = oneOf(['mixed', 'mixed', 'related', 'alternative']);
    const parts =
      kind === 'alternative'
        ? [textPart(false), textPart(true)]
        : [
            depth < 2 && chance(0.3) ? multipart(depth + 1) : textPart(chance(0.2)),
            ...Array.from({ length: below(4) }, filePart),
          ];
    const type = typeOf(`multipart/${kind}`, `boundary=${isPlain && chance(0.5) ? boundary : `"${boundary}"`}`);
    const preface = chance(0.3) ? 'This is a multi-part message in MIME format.\n' : '';
    const close = chance(0.9) ? `--${boundary}--\n` : '';
    return `${header([['Content-Type', type]])}\n${preface}${parts.map((part) => `--${boundary}\n${part}`).join('')}${close}`;
  };

  const subject = (): [string, string] => {
    const { label, text, encode } = oneOf(CHARSETS);
    const meant = text.trim();
    const bytes = encode(meant);
    const word = (label: string, encoding: 'B' | 'Q', of: Buffer): string =>
      `=?${label}?${encoding}?${
        encoding === 'B'
          ? of.toString('base64')
          : quoted(latin(of))
              .replace(/[?_]/g, (char) => (char === '?' ? '=3F' : '=5F'))
              .replaceAll(' ', '_')
      }?=`;
    const half = Math.ceil(Buffer.from(meant).length / 2);
    return oneOf<[string, string]>([
      ['Motion detected on camera 1', 'Motion detected on camera 1'],
      [word(label, 'B', bytes), meant],
      [word(label, 'Q', bytes), meant],
      [`${word(label, 'B', bytes)}\n ${word(label, 'B', bytes)}`, `${meant}${meant}`],
      [`Alarm ${word(label, 'Q', bytes)} 3`, `Alarm ${meant} 3`],
      [
        `${word('UTF-8', 'B', Buffer.from(meant).subarray(0, half))}\n ${word('UTF-8', 'B', Buffer.from(meant).subarray(half))}`,
        meant,
      ],
      [utf8(meant), meant],
      [`=?utf-8?Q?${meant.replaceAll(' ', '_').replace(/[^ -~]/g, (char) => quoted(utf8(char)))}!?=`, `${meant}!`],
      [word('us-ascii', 'B', CHARSETS.find((one) => one.label === 'ISO-2022-JP')!.encode('玄関')), '玄関'],
    ]);
  };
  return finish();

  function finish(): OracleMail {
    const [written, meant] = subject();
    const top = header([
      ['From', 'cam@device.example'],
      ['To', 'ops@example.jp'],
      ['Subject', written],
      ['Date', 'Fri, 20 Nov 2026 09:30:00 +0900'],
      ...(chance(0.8) ? [['MIME-Version', '1.0'] as [string, string]] : []),
    ]);
    const content = chance(0.25) ? textPart(chance(0.3)) : multipart(0);
    const text = `${top}${content}`;
    const ended = chance(0.75) ? text.replace(/\n/g, '\r\n') : text;
    const whole = Buffer.from(ended, 'latin1');
    const raw = chance(0.1) ? whole.subarray(0, Math.floor(whole.length * (0.5 + random() / 2))) : whole;
    return { name: `seed ${seed}`, raw, truth: { subject: meant, lines, attachments } };
  }
}
