import { cutText } from './clean-text.ts';

export interface HeaderParam {
  /** Lower case. */
  name: string;
  value: string;
}

export interface ParamValue {
  /** What stands before the first `;`, lower case: `multipart/mixed`. */
  value: string;
  params: HeaderParam[];
}

/** Parameters that are read, and characters of one: a file name has 255. */
const MAX_PARAMS = 64;
const MAX_VALUE = 2000;

const TOKEN = /^[!#$%&'*+.^_`{|}~0-9A-Za-z-]+$/;

/**
 * Reads `value; name=value; name="value"` as devices write it: values with blanks or `=` and without quotes, and a backslash that is one
 * (only `\"` and `\\` are escapes, M13). Takes decoded text.
 */
export function parseParams(text: string): ParamValue {
  const [head = '', ...rest] = splitAtSemicolons(text);
  const params: HeaderParam[] = [];
  for (const piece of rest) {
    const equals = piece.indexOf('=');
    if (equals === -1) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    if (name.length > 100 || !TOKEN.test(name)) continue;
    params.push({ name, value: cutText(unquote(withoutComment(piece.slice(equals + 1).trim(), name)), MAX_VALUE) });
    if (params.length === MAX_PARAMS) break;
  }
  return { value: head.trim().toLowerCase(), params };
}

/** The first parameter of that name. */
export function paramOf(parsed: ParamValue | null, name: string): string | undefined {
  return parsed?.params.find((param) => param.name === name)?.value;
}

/** The items of a header line: the value, then one parameter each; RFC 2231 where a value is not ASCII. */
export function paramItems(parsed: ParamValue): string[] {
  return [parsed.value, ...parsed.params.flatMap(({ name, value }) => formatParam(name, value))];
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

function splitAtSemicolons(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isQuoted && char === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ';' && !isQuoted) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

/** `charset=koi8-r (Cyrillic)`: a comment behind a value that is one word. In a bare file name brackets are its own. */
function withoutComment(text: string, name: string): string {
  if (name === 'name' || name === 'filename' || !text.endsWith(')')) return text;
  const open = text.startsWith('"') ? text.indexOf('(', text.indexOf('"', 1)) : text.indexOf('(');
  return open > 0 ? text.slice(0, open).trim() : text;
}

function unquote(text: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"?/s.exec(text)?.[1];
  return inner === undefined ? text : inner.replace(/\\(["\\])/g, '$1');
}
