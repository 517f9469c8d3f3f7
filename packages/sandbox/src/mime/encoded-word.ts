import { decodeText } from './decode-text.ts';

/** Words read of one text; the others stay as they are. A charset that is none costs much to try, and a device's whole subject has some ten words. */
const MAX_WORDS = 1_000;
const WORD = /=\?([\w.:+-]+)(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=/gi;

/** Header text with its RFC 2047 encoded words read; neighbours of one charset are joined before they are decoded (split characters). */
export function decodeEncodedWords(text: string): string {
  const joined = text.replace(/(\?=)\s+(?==\?[\w.:+-]+(?:\*[\w-]*)?\?[bq]\?)/gi, '$1');
  let run: { charset: string; chunks: Buffer[] } | undefined;
  let result = '';
  let position = 0;
  const flush = () => {
    if (run) result += decodeText(Buffer.concat(run.chunks), run.charset);
    run = undefined;
  };
  let words = 0;
  for (const match of joined.matchAll(WORD)) {
    words += 1;
    if (words > MAX_WORDS) break;
    const [whole, charset = '', method = '', content = ''] = match;
    if (match.index > position) {
      flush();
      result += joined.slice(position, match.index);
    }
    if (run && run.charset !== charset.toLowerCase()) flush();
    run ??= { charset: charset.toLowerCase(), chunks: [] };
    run.chunks.push(method.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : decodeQ(content));
    position = match.index + whole.length;
  }
  flush();
  return result + joined.slice(position);
}

/** Text as one or more encoded words (UTF-8, base64) where it has anything but printable ASCII. */
export function encodeHeaderText(text: string): string {
  const clean = text.replace(/[\r\n\0]+/g, ' ');
  if (/^[\x20-\x7e]*$/.test(clean)) return clean;
  const words: string[] = [];
  let chunk = '';
  for (const character of clean) {
    // 45 bytes become 60 characters of base64: with the frame below 75, RFC 2047's limit for one word.
    if (Buffer.byteLength(chunk + character) > 45) {
      words.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function decodeQ(content: string): Buffer {
  const bytes = content
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
