import { canonicalCharset } from './charset-labels.ts';
import { cutText } from './clean-text.ts';
import { decodeExactly } from './decode-charset.ts';
import { decodeWords } from './encoded-word.ts';
import { meantType } from './meant-type.ts';
import { meantLabel, meantValue, plainLabel } from './meant-value.ts';

export interface HeaderParam {
  /** Lower case. */
  name: string;
  value: string;
}

export interface ParamValue {
  /** What stands before the first `;`, lower case: `multipart/mixed`. */
  value: string;
  params: HeaderParam[];
  /** True when every reader takes it the same way: no comment, no bare blank, no quotes but `"`, a charset and boundary in one piece. */
  isStrict: boolean;
}

/** Parameters that are read, and characters of one: a file name has 255. */
const MAX_PARAMS = 64;
const MAX_VALUE = 2000;

const TOKEN = /^[!#$%&'*+.^_`{|}~0-9A-Za-z-]+$/;
const FILE_NAMES = new Set(['name', 'filename']);

/**
 * Reads `value; name=value; name="value"` as devices write it: values with blanks or `=` and without quotes, in single or doubled quotes, with
 * comments behind them, in pieces (RFC 2231), and a backslash that is one (only `\"` and `\\` are escapes, M13). Takes decoded text.
 */
export function parseParams(text: string): ParamValue {
  if (latest?.text !== text) latest = { text, parsed: readParams(text) };
  return latest.parsed;
}

/** A field is asked for its parameters by its structure, its charset and its writer, each for itself. */
let latest: { text: string; parsed: ParamValue } | null = null;

function readParams(text: string): ParamValue {
  const isBehind = NOTHING_FIRST.test(text);
  const { pieces, isMissed } = splitAtSemicolons(isBehind ? text.replace(NOTHING_FIRST, '') : text);
  const [head = '', ...rest] = pieces;
  const { value, isStrict: isStrictHead, more } = readHead(head.trim());
  let isStrict = isStrictHead && !isBehind && !isMissed;
  const read: HeaderParam[] = [];
  for (const came of more === '' ? rest : [more, ...rest]) {
    let piece = came;
    let name = nameOf(piece);
    if (name === '') {
      isStrict = false;
      piece = asParam(came);
      name = nameOf(piece);
      if (name === '') continue;
    }
    const equals = piece.indexOf('=');
    const written = piece.slice(equals + 1).trim();
    isStrict &&=
      isStrictValue(written, name) &&
      !isCutEscape(name, written) &&
      !/^(?:charset|boundary)\*/.test(name) &&
      hasItsCharset(name, written);
    read.push({ name, value: cutText(unquote(written, name), MAX_VALUE) });
    if (read.length === MAX_PARAMS) break;
  }
  isStrict &&= areWhole(new Set(read.map(({ name }) => name)));
  const params = joined(read);
  const type = meantType(value, (param) => params.some(({ name }) => name === param));
  return { value: type, params, isStrict: isStrict && type === value };
}

/** `;multipart/mixed` */
const NOTHING_FIRST = /^\s{0,100};[\s;]{0,100}/;

/** Lower case; empty where none stands before a `=`. */
function nameOf(piece: string): string {
  const equals = piece.indexOf('=');
  const name = piece.slice(0, Math.max(0, equals)).trim().toLowerCase();
  return name.length <= 100 && TOKEN.test(name) ? name : '';
}

/** A whole parameter that is one encoded word, as some write a file's name; and one with a colon. */
function asParam(piece: string): string {
  const plain = piece.trim();
  if (WORD_PARAM.test(plain)) return decodeWords(plain);
  return COLON_PARAM.test(plain) ? plain.replace(':', '=') : piece;
}

const WORD_PARAM = /^=\?[^?\s]{1,40}\?[bq]\?(?:f|n|Zmls|bmFt)/i;
const COLON_PARAM = /^[A-Za-z*]{1,40}\s{0,4}:/;

/** RFC 2231 section 4: what is percent-encoded begins with its charset and language; some leave them out. */
const hasItsCharset = (name: string, written: string): boolean =>
  !/^[^*]+\*(?:0\*)?$/.test(name) || /^"?[^']*'[^']*'/.test(written);

/** A piece that ends within `%E8`: readers that decode each for itself lose the letter. */
const isCutEscape = (name: string, written: string): boolean =>
  /\*\d{1,3}\*$/.test(name) && /%[0-9a-f]?"?$/i.test(written);

/** True where every continued parameter begins with its piece 0 and lacks none, and no other form stands beside them. */
function areWhole(names: ReadonlySet<string>): boolean {
  return [...names].every((name) => {
    const [, base, index] = CONTINUED.exec(name) ?? [];
    if (index === undefined) return true;
    const before = Number(index) - 1;
    const isFirst = index === '0' && !names.has(`${base}*`);
    return isFirst || names.has(`${base}*${before}`) || names.has(`${base}*${before}*`);
  });
}

/** The first parameter of that name. */
export function paramOf(parsed: ParamValue | null, name: string): string | undefined {
  return parsed?.params.find((param) => param.name === name)?.value;
}

/** The items of a header line: the value, then one parameter each; RFC 2231 where a value is not ASCII. */
export function paramItems(parsed: Pick<ParamValue, 'value' | 'params'>): string[] {
  return [parsed.value, ...parsed.params.flatMap(({ name, value }) => formatParam(name, value))];
}

/** `text/plain (a comment)`, `text/plain charset=x`: what stands before the first `;`, in its parts. */
function readHead(written: string): { value: string; isStrict: boolean; more: string } {
  // A byte that was damaged behind the colon.
  const from = written.search(/[!-~]/);
  if (from > 0) {
    const lower = written.toLowerCase();
    const value = meantValue(lower);
    if (value !== lower) return { value, isStrict: false, more: '' };
    return { ...readHead(written.slice(from)), isStrict: false };
  }
  const head = /^"[^"]*"$/.test(written)
    ? written.slice(1, -1).trim()
    : written.includes(':')
      ? written.replace(/^(?:content-(?:type|disposition)\s{0,4}:\s{0,4})+/i, '')
      : written;
  if (head !== written) return { ...readHead(head), isStrict: false };
  // `Content-Disposition: filename=a.jpg`
  if (PARAM.test(head)) return { value: '', isStrict: false, more: head };
  const blank = head.search(/[\s(]/);
  if (blank === -1) {
    const value = meantValue(head.toLowerCase());
    return { value, isStrict: value === head.toLowerCase(), more: '' };
  }
  const behind = head.slice(blank).trim();
  const isParam = PARAM.test(behind);
  return {
    value: head.slice(0, blank).toLowerCase().replace(/[,:]$/, ''),
    isStrict: false,
    more: isParam ? behind : '',
  };
}

const PARAM = /^[\w*-]{1,40}\s?=/;

function isStrictValue(written: string, name: string): boolean {
  if (TOKEN.test(written)) return name === 'boundary' || !written.startsWith("'");
  if (FILE_NAMES.has(name) && /\t| {2}/.test(written)) return false;
  if (name === 'charset' && /[;, ]"$/.test(written)) return false;
  return written.length > 1 && written.startsWith('"') && written.indexOf('"', 1) === written.length - 1;
}

/** A continued name (RFC 2231 section 3): what it belongs to, its place, and whether it is percent-encoded. */
const CONTINUED = /^([^*]+)\*(?:(\d{1,3})(\*?))?$/;

interface Piece {
  index: number;
  isEncoded: boolean;
  value: string;
}

/** Pieces put together, at the place of their first one; they count more than a plain parameter of the same name. */
function joined(read: HeaderParam[]): HeaderParam[] {
  if (!read.some(({ name }) => name.includes('*'))) return read;
  const pieces = new Map<string, Piece[]>();
  for (const { name, value } of read) {
    const [, base, index, star] = CONTINUED.exec(name) ?? [];
    if (base === undefined) continue;
    const piece = { index: Number(index ?? 0), isEncoded: index === undefined || star === '*', value };
    pieces.set(base, [...(pieces.get(base) ?? []), piece]);
  }
  const whole = new Map<string, string>();
  for (const [name, parts] of pieces) {
    const value = decodePieces(parts.sort((a, b) => a.index - b.index));
    if (value !== null) whole.set(name, cutText(value, MAX_VALUE));
  }
  const params: HeaderParam[] = [];
  for (const param of read) {
    const base = CONTINUED.exec(param.name)?.[1] ?? param.name;
    const value = whole.get(base);
    if (value === undefined) params.push(param);
    else if (!params.some(({ name }) => name === base)) params.push({ name: base, value });
  }
  return params;
}

/** Null for a charset that we cannot read: those pieces stay as they came. */
function decodePieces(pieces: Piece[]): string | null {
  const first = pieces[0]!;
  if (!pieces.some(({ isEncoded }) => isEncoded)) return pieces.map(({ value }) => value).join('');
  const [, charset = '', rest = first.value] =
    /^([^']{0,40})'[^']{0,40}'(.*)$/s.exec(first.isEncoded ? first.value : '') ?? [];
  const texts = pieces.map(({ isEncoded, value }, at) => ({ isEncoded, text: at === 0 ? rest : value }));
  // A label that lost a byte on its way says as much as none.
  const label = canonicalCharset(/^[!-~]+$/.test(charset) ? charset : 'utf-8');
  if (label !== 'utf-8' && texts.some(({ text }) => HIGH.test(text))) {
    // Raw letters were read by then: the label is of what is percent-encoded alone.
    const read = texts.map(({ isEncoded, text }) => (isEncoded ? besideLetters(text, label) : text));
    return read.includes(null) ? null : read.join('');
  }
  const bytes = whole(texts).map(({ isEncoded, text }) => (isEncoded ? percentBytes(text) : Buffer.from(text)));
  return label && decodeExactly(Buffer.concat(bytes), label);
}

/** Neighbours that are percent-encoded as one: some cut them within `%E8`. */
function whole(texts: { isEncoded: boolean; text: string }[]): { isEncoded: boolean; text: string }[] {
  const joint: { isEncoded: boolean; text: string }[] = [];
  for (const { isEncoded, text } of texts) {
    const last = joint.at(-1);
    if (last?.isEncoded && isEncoded) last.text += text;
    else joint.push({ isEncoded, text });
  }
  return joint;
}

const HIGH = /[^\0-\x7f]/;

function besideLetters(text: string, label: string | null): string | null {
  const pieces = text.split(/([^\0-\x7f]+)/).map((piece) => {
    if (HIGH.test(piece)) return piece;
    return label && decodeExactly(percentBytes(piece), label);
  });
  return pieces.includes(null) ? null : pieces.join('');
}

/** Raw letters of a text that was decoded already stay what they are in UTF-8. */
function percentBytes(text: string): Buffer {
  const binary = Buffer.from(text).toString('latin1');
  return Buffer.from(
    binary.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function formatParam(name: string, value: string): string[] {
  if (/^[\x20-\x7e]*$/.test(value)) {
    return [`${name}=${TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`];
  }
  // RFC 2231 section 4.1: pieces of whole code points, each line well under 78 characters.
  const pieces: string[] = [''];
  for (const point of value) {
    const encoded = percent(point);
    if (pieces.at(-1)!.length + encoded.length > 50) pieces.push('');
    pieces[pieces.length - 1] += encoded;
  }
  if (pieces.length === 1) return [`${name}*=UTF-8''${pieces[0]}`];
  return pieces.map((piece, index) => `${name}*${index}*=${index === 0 ? "UTF-8''" : ''}${piece}`);
}

const percent = (point: string): string =>
  [...Buffer.from(point)]
    .map((byte) =>
      /[A-Za-z0-9._-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** `name="a.jpg" charset=x`: the semicolon was forgotten, or damaged. */
const MISSED_SEMICOLON = /[^!-~]{1,8}(?=[a-z][\w*-]{0,40}=)/iy;

/** `isMissed`: a semicolon was missing between two of them. */
function splitAtSemicolons(text: string): { pieces: string[]; isMissed: boolean } {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isMissed = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isQuoted && char === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at += 1;
    else if (char === '"') {
      isQuoted = !isQuoted;
      MISSED_SEMICOLON.lastIndex = at + 1;
      if (isQuoted || !MISSED_SEMICOLON.test(text)) continue;
      pieces.push(text.slice(start, at + 1));
      start = MISSED_SEMICOLON.lastIndex;
      isMissed = true;
    } else if (char === ';' && !isQuoted) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  // An empty piece at the end is a `;` too many, which every reader bears.
  const last = text.slice(start);
  return { pieces: last.trim() === '' && pieces.length ? pieces : [...pieces, last], isMissed };
}

function unquote(text: string, name: string): string {
  if (name === 'charset') return meantLabel(plainLabel(unquoted(text, name)));
  return unquoted(text, name);
}

function unquoted(text: string, name: string): string {
  const isFileName = FILE_NAMES.has(name);
  // sendEmail doubles the quotes: `""a.pdf""`.
  if (text.startsWith('""') && text.length > 4 && text.endsWith('""')) return text.slice(2, -2);
  const inner = /^"((?:[^"\\]|\\.)*)"?/s.exec(text)?.[1];
  if (inner !== undefined) {
    const plain = inner.replace(/\\(["\\])/g, '$1');
    // A fold inside quotes is one blank.
    return isFileName ? plain.replace(/[\t ]+/g, ' ') : plain;
  }
  // `charset=koi8-r (Cyrillic)`: in a bare file name brackets are its own.
  const open = isFileName || !text.endsWith(')') ? -1 : text.indexOf('(');
  const bare = open > 0 ? text.slice(0, open).trim() : text;
  const plain = name !== 'boundary' && /^'[^']*'$/.test(bare) ? bare.slice(1, -1) : bare;
  return isFileName ? plain.replace(/[\t ]+/g, ' ') : plain;
}
