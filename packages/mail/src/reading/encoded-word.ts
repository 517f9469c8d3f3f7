import { type CharsetHints, decodeRaw, tryDecode } from './charset.ts';

/** RFC 2047 section 2: a word is at most 75 characters, a line that holds one at most 76. */
const WORD_MAX = 75;
const LINE_MAX = 76;
const OPEN = '=?UTF-8?B?';
const CLOSE = '?=';

const WORD = /=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=/gi;
const BASE64 = /^[\w+/=\s-]*$/;

interface Run {
  charset: string;
  bytes: Buffer[];
}

/**
 * Replaces RFC 2047 words by their text. Words beside each other of one charset are joined before they are decoded, because
 * devices cut characters in two; what cannot be a word stays as it is.
 */
export function decodeWords(text: string, hints: CharsetHints = {}): string {
  if (!text.includes('=?')) return text;
  let out = '';
  let run: Run | null = null;
  let position = 0;
  for (const match of text.matchAll(WORD)) {
    const bytes = wordBytes(match[2]!, match[3]!);
    if (bytes === null) continue;
    const between = text.slice(position, match.index);
    const charset = match[1]!.toLowerCase();
    if (run && between.trim() === '' && run.charset === charset) run.bytes.push(bytes);
    else {
      out += runText(run, hints) + (run && between.trim() === '' ? '' : between);
      run = { charset, bytes: [bytes] };
    }
    position = match.index + match[0].length;
  }
  return out + runText(run, hints) + text.slice(position);
}

function wordBytes(encoding: string, encoded: string): Buffer | null {
  if (encoding.toLowerCase() === 'b') return BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : null;
  return /^[\x20-\x7e\t]*$/.test(encoded) ? decodeQuoted(encoded.replaceAll('_', ' ')) : null;
}

/** `=XX` pairs as bytes; any other `=` stays. */
export function decodeQuoted(encoded: string): Buffer {
  const binary = encoded.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(binary, 'latin1');
}

function runText(run: Run | null, hints: CharsetHints): string {
  if (!run) return '';
  const bytes = Buffer.concat(run.bytes);
  return tryDecode(bytes, run.charset) ?? decodeRaw(bytes, hints).text;
}

/** Text as UTF-8 base64 words, one to each line; `column` is where the first begins. A code point is never cut. */
export function encodeWords(text: string, column: number): string[] {
  const words: string[] = [];
  let chunk = '';
  let size = 0;
  // At least one code point (4 bytes, 8 characters) fits into any word.
  let room = wordBytesIn(Math.min(WORD_MAX, Math.max(LINE_MAX - column, OPEN.length + CLOSE.length + 8)));
  for (const point of text) {
    const length = Buffer.byteLength(point);
    if (size + length > room) {
      words.push(word(chunk));
      chunk = '';
      size = 0;
      room = wordBytesIn(WORD_MAX);
    }
    chunk += point;
    size += length;
  }
  if (chunk) words.push(word(chunk));
  return words;
}

const wordBytesIn = (characters: number): number => Math.floor((characters - OPEN.length - CLOSE.length) / 4) * 3;
const word = (chunk: string): string => `${OPEN}${Buffer.from(chunk).toString('base64')}${CLOSE}`;
