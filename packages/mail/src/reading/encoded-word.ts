import { type CharsetHints, decodeRaw, readLabelled } from './charset.ts';
import { canonicalCharset, saysNothing } from './charset-labels.ts';
import { decodeLoosely } from './decode-charset.ts';
import { meantLabel } from './meant-value.ts';
import { type FoundWord, findWords } from './word-scan.ts';

/** RFC 2047 section 2: a word is at most 75 characters, a line that holds one at most 76. */
const WORD_MAX = 75;
const LINE_MAX = 76;
const OPEN = '=?UTF-8?B?';
const CLOSE = '?=';

const BASE64 = /^[\w+/=\s-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that no word has
const DAMAGED = /[\0-\x08\x0e-\x1f\x7f-\xff]/;
const HIGH = /[^\0-\x7f]/;

/** A subject of 64 KB has so many; words behind them stay as they are. */
const MAX_WORDS = 1000;

/** Words of one charset beside each other. `parts`: their bytes, and letters that stood raw in a text. */
interface Run {
  charset: string;
  parts: (Buffer | string)[];
  start: number;
  end: number;
}

/** A piece of a field: what stands beside words as it came, or what words say. */
interface Piece {
  raw?: string;
  decoded?: string;
}

/**
 * Replaces the RFC 2047 words of a text by what they say. Words beside each other of one charset are joined before they are decoded, because devices cut
 * characters in two; what cannot be a word, or be read, stays as it is.
 */
export function decodeWords(text: string, hints: CharsetHints = {}): string {
  if (!text.includes('=?')) return text;
  return readPieces(text, false, hints)
    .map(({ raw, decoded }) => decoded ?? raw)
    .join('');
}

/** The same for a field's bytes, one per character: raw letters in a word are of the word's charset, those beside words are read as one text. */
export function decodeFieldWords(bytes: string, hints: CharsetHints = {}): string {
  if (!bytes.includes('=?')) return decodeRaw(Buffer.from(bytes, 'latin1'), hints).text;
  const pieces = readPieces(bytes, true, hints);
  const beside = Buffer.from(pieces.map(({ raw }) => raw ?? '').join(''), 'latin1');
  const { charset } = decodeRaw(beside, hints);
  return pieces.map(({ raw, decoded }) => decoded ?? decodeLoosely(Buffer.from(raw ?? '', 'latin1'), charset)).join('');
}

function readPieces(text: string, isBytes: boolean, hints: CharsetHints): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  for (const run of findRuns(text, isBytes)) {
    const decoded = readRun(run, hints);
    // What nobody can read stays, and its reader may know better.
    if (decoded === null) continue;
    const between = text.slice(position, run.start);
    if (position === 0 || between.trim() !== '') pieces.push({ raw: between });
    pieces.push({ decoded });
    position = run.end;
  }
  return [...pieces, { raw: text.slice(position) }];
}

function* findRuns(text: string, isBytes: boolean): Generator<Run> {
  let run: Run | null = null;
  for (const word of findWords(text, MAX_WORDS)) {
    const parts = wordParts(word, isBytes);
    const charset = meantLabel(word.charset.toLowerCase());
    if (parts === null || (canonicalCharset(charset) === null && !saysNothing(charset))) continue;
    const isBeside = run !== null && text.slice(run.end, word.start).trim() === '';
    if (run && isBeside && run.charset === charset && canonicalCharset(charset) !== 'utf-7') {
      run.parts.push(...parts);
      run.end = word.end;
    } else {
      if (run) yield run;
      run = { charset, parts, start: word.start, end: word.end };
    }
  }
  if (run) yield run;
}

function wordParts({ encoding, content }: FoundWord, isBytes: boolean): (Buffer | string)[] | null {
  // A byte that was damaged on the way is passed over, as readers do.
  if (encoding === 'b') return BASE64.test(content.replace(DAMAGED, '')) ? [Buffer.from(content, 'base64')] : null;
  const text = content.replaceAll('_', ' ');
  if (isBytes || !HIGH.test(text)) return [decodeQuoted(text)];
  return text.split(/([^\0-\x7f]+)/).map((part) => (HIGH.test(part) ? part : decodeQuoted(part)));
}

/** `=XX` pairs as bytes; any other `=` stays. Takes one byte per character. */
export function decodeQuoted(encoded: string): Buffer {
  const binary = encoded.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(binary, 'latin1');
}

function readRun({ charset, parts }: Run, hints: CharsetHints): string | null {
  let out = '';
  let waiting: Buffer[] = [];
  for (const part of [...parts, '']) {
    if (typeof part !== 'string') {
      waiting.push(part);
      continue;
    }
    const reading = waiting.length ? readLabelled(Buffer.concat(waiting), charset, hints) : { text: '' };
    if (reading === null) return null;
    waiting = [];
    out += reading.text + part;
  }
  return out;
}

/** Words of printable ASCII, as `decodeWords` leaves them; so long that a line may still hold them. */
const WHOLE_WORD = /=\?[!#-'*-+\-\w{}^~.]{1,40}\?[bq]\?[!->@-~]{1,900}\?=/gi;
/** Each costs a decoding; no subject has more. */
const MAX_TRIED = 50;

/** The pieces of a text, encoded words that nobody could read apart: those are not encoded once more. */
export function splitAtWords(text: string): { text: string; isWord: boolean }[] {
  const pieces: { text: string; isWord: boolean }[] = [];
  let position = 0;
  let tried = 0;
  for (const match of text.matchAll(WHOLE_WORD)) {
    const [word] = match;
    const isAlone = isBlankAt(text, match.index - 1) && isBlankAt(text, match.index + word.length);
    if (!isAlone) continue;
    const label = word.slice(2, word.indexOf('?', 2));
    const isReadable = canonicalCharset(label) !== null || saysNothing(label);
    // A text that only looks like a word of a known charset is encoded, or its reader would decode it.
    if (isReadable && (++tried > MAX_TRIED || decodeWords(word) !== word)) continue;
    pieces.push({ text: text.slice(position, match.index), isWord: false }, { text: word, isWord: true });
    position = match.index + word.length;
  }
  return [...pieces, { text: text.slice(position), isWord: false }].filter((piece) => piece.text.trim() !== '');
}

const isBlankAt = (text: string, at: number): boolean => at < 0 || at >= text.length || text[at] === ' ';

/** Text as UTF-8 base64 words, one to each line; `column` is where the first begins. A code point is never cut. */
export function encodeWords(text: string, column: number): string[] {
  const words: string[] = [];
  let start = 0;
  let size = 0;
  // At least one code point (4 bytes, 8 characters) fits into any word.
  let room = wordBytesIn(Math.min(WORD_MAX, Math.max(LINE_MAX - column, OPEN.length + CLOSE.length + 8)));
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at)!;
    const length = utf8Length(code);
    if (size + length > room) {
      words.push(word(text.slice(start, at)));
      start = at;
      size = 0;
      room = wordBytesIn(WORD_MAX);
    }
    size += length;
    at += code > 0xffff ? 2 : 1;
  }
  if (start < text.length) words.push(word(text.slice(start)));
  return words;
}

const utf8Length = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
const wordBytesIn = (characters: number): number => Math.floor((characters - OPEN.length - CLOSE.length) / 4) * 3;
const word = (chunk: string): string => `${OPEN}${Buffer.from(chunk).toString('base64')}${CLOSE}`;
