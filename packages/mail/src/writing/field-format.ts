import { cleanText } from '../reading/clean-text.ts';
import { encodeWords, splitAtWords } from '../reading/encoded-word.ts';
import { type HeaderField, unfold } from '../reading/header-scan.ts';

/** RFC 5322 section 2.1.1: what a line should and must not exceed, without its CRLF. */
const LINE_SHOULD = 78;
const LINE_MUST = 998;

/** A field of free text with its CRLF: RFC 2047 words where it is not plain ASCII, folded, never more than one field. */
export function formatText(label: string, text: string): string {
  const clean = cleanText(text);
  if (/^[\x20-\x7e]*$/.test(clean) && !clean.includes('=?') && !hasLongWord(clean)) return fold(label, clean);
  const pieces = clean.includes('=?') ? splitAtWords(clean) : [{ text: clean, isWord: false }];
  // Readers drop the blank between two words, so that of a text stays inside its word.
  const words = pieces.flatMap(({ text, isWord }) => (isWord ? [text] : encodeWords(text, label.length + 2)));
  return `${label}: ${words.join('\r\n ')}\r\n`;
}

/** True when blanks are too far apart for a fold. */
function hasLongWord(text: string): boolean {
  let start = 0;
  for (let at = text.indexOf(' '); at !== -1; at = text.indexOf(' ', start)) {
    if (at - start >= 900) return true;
    start = at + 1;
  }
  return text.length - start >= 900;
}

/** A field of ready-made items (addresses, parameters), one to a line. Items are short and printable ASCII. */
export function formatItems(label: string, items: string[], separator: string): string {
  const safe = items.map((item) => item.replace(/[^\x20-\x7e]/g, ''));
  if (safe.some((item) => item.length > LINE_MUST / 2)) return fold(label, safe.join(`${separator} `));
  return `${label}: ${safe.join(`${separator}\r\n `)}\r\n`;
}

/** True when a field holds printable ASCII and can pass as it came. */
export function isPlain(field: HeaderField): boolean {
  return field.lines.every((line) => /^[\x20-\x7e\t]*$/.test(line));
}

/** A plain field with its own folds; folded anew only when a line is over the limit. */
export function formatAsIs(field: HeaderField): string {
  const [first = '', ...rest] = field.lines.map((line) => line.trimEnd());
  // A name alone on its line is legal and misread by some: its value moves up.
  const value = first.trim() || (rest.shift() ?? '').trim();
  const lines = [`${field.label}: ${value}`.trimEnd(), ...rest];
  if (lines.some((line) => line.length > LINE_MUST)) return fold(field.label, unfold(field).replaceAll('\t', ' '));
  return `${lines.join('\r\n')}\r\n`;
}

/** Breaks before blanks, so that unfolding gives the same text; only a word longer than a line may be is cut, by a blank. */
function fold(label: string, value: string): string {
  let out = `${label}:`;
  let column = out.length;
  let isFirst = true;
  for (const [piece] of ` ${value.trimEnd().replace(/ {78,}/g, ' ')}`.matchAll(/ +[^ ]+/g)) {
    if (!isFirst && column + piece.length > LINE_SHOULD) {
      out += '\r\n';
      column = 0;
    }
    let rest = piece;
    while (column + rest.length > LINE_MUST) {
      out += `${rest.slice(0, LINE_MUST - column)}\r\n `;
      rest = rest.slice(LINE_MUST - column);
      column = 1;
    }
    out += rest;
    column += rest.length;
    isFirst = false;
  }
  return `${out}\r\n`;
}
