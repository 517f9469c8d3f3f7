import { type CharsetHints, decodeRaw, hasJisShift, tryDecode } from './charset.ts';
import { canonicalCharset, saysNothing } from './charset-labels.ts';

/** RFC 2047 section 2: a word is at most 75 characters, a line that holds one at most 76. */
const WORD_MAX = 75;
const LINE_MAX = 76;
const OPEN = '=?UTF-8?B?';
const CLOSE = '?=';

const WORD = /=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=/gi;
const BASE64 = /^[\w+/=\s-]*$/;

/** A subject of 64 KB has so many; words behind them stay as they are. */
const MAX_WORDS = 1000;

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
  let count = 0;
  for (const match of text.matchAll(WORD)) {
    count += 1;
    if (count > MAX_WORDS) break;
    // A charset that we cannot read: the word stays, and its reader may know better.
    const isReadable = canonicalCharset(match[1]!) !== null || saysNothing(match[1]!);
    const bytes = isReadable ? wordBytes(match[2]!, match[3]!) : null;
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
  // PHPMailer and s-nail label ISO-2022-JP as ASCII or UTF-8; the shifts tell, as in a body.
  const isJis = canonicalCharset(run.charset) !== 'iso-2022-jp' && hasJisShift(bytes);
  return (isJis ? null : tryDecode(bytes, run.charset)) ?? decodeRaw(bytes, hints).text;
}

/** Words of a charset that we cannot read, as `decodeWords` leaves them. */
const WHOLE_WORD = /=\?[!#-'*-+\-\w{}^~.]{1,40}\?[bq]\?[!->@-~]{1,70}\?=/gi;

/** The pieces of a text, encoded words of unreadable charsets apart: those are not encoded once more. */
export function splitAtWords(text: string): { text: string; isWord: boolean }[] {
  const pieces: { text: string; isWord: boolean }[] = [];
  let position = 0;
  for (const match of text.matchAll(WHOLE_WORD)) {
    const [word] = match;
    const isAlone = isBlankAt(text, match.index - 1) && isBlankAt(text, match.index + word.length);
    const label = word.slice(2, word.indexOf('?', 2));
    if (!isAlone || word.length > WORD_MAX || canonicalCharset(label) !== null || saysNothing(label)) continue;
    pieces.push({ text: text.slice(position, match.index), isWord: false }, { text: word, isWord: true });
    position = match.index + word.length;
  }
  return [...pieces, { text: text.slice(position), isWord: false }].filter((piece) => piece.text.trim() !== '');
}

const isBlankAt = (text: string, at: number): boolean => at < 0 || at >= text.length || text[at] === ' ';

/** Text as UTF-8 base64 words, one to each line; `column` is where the first begins. A code point is never cut. */
export function encodeWords(text: string, column: number): string[] {
  const words: string[] = [];
  let chunk = '';
  let size = 0;
  // At least one code point (4 bytes, 8 characters) fits into any word.
  let room = wordBytesIn(Math.min(WORD_MAX, Math.max(LINE_MAX - column, OPEN.length + CLOSE.length + 8)));
  for (const point of text) {
    const length = utf8Length(point.codePointAt(0)!);
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

const utf8Length = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
const wordBytesIn = (characters: number): number => Math.floor((characters - OPEN.length - CLOSE.length) / 4) * 3;
const word = (chunk: string): string => `${OPEN}${Buffer.from(chunk).toString('base64')}${CLOSE}`;
