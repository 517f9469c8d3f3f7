import { trimBlanks } from './clean-text.ts';
import {
  bracketed,
  dropWrongType,
  type GluedField,
  gluedField,
  isContentField,
  nameEncoding,
} from './content-field-names.ts';
import { isKnownField, meantField } from './field-names.ts';
import { bodyLine, type HeaderLine, isMboxLine } from './header-end.ts';
import { type OddLineEnds, oddLineEndsOf, withUsualLines } from './odd-line-ends.ts';

/** One header field as it came. Text here holds one byte per character ("binary"), CR as blank and NUL removed (D4). */
export interface HeaderField {
  /** Lower case. */
  name: string;
  /** As written. */
  label: string;
  /** Physical lines after the colon, without their line ends; the second and later ones begin with a blank. */
  lines: string[];
}

export interface ScannedHeader {
  fields: HeaderField[];
  /** Offset of the body's first byte; null when the end of the header is not in these bytes. */
  headerLength: number | null;
  /** The bytes that were scanned: header and as much of the body as was given. */
  bytes: Buffer;
  /** An mbox `From ` line came first and was left out (M15). */
  hasMboxLine: boolean;
  /** A line in it was no field and was left out, or one whose name was damaged. */
  hasDamage: boolean;
  /** A field is written so that readers see different things: blanks before its colon, a fold without its blank, its value on the next line. */
  isOdd: boolean;
  /** What ends the mail's lines where it is neither CRLF nor LF. */
  oddLineEnds: OddLineEnds | null;
}

/** What follows the given bytes: more of the mail, nothing, or more that will not be read because the cap is reached. */
export type HeadEnd = 'more' | 'eof' | 'cap';

/** Some readers take no blank behind its value. */
const ENCODING = 'content-transfer-encoding';
const CR = 13;
const LF = 10;
const TAB = 9;
/** A field name: printable ASCII but the colon, blanks before the colon tolerated; no real one is longer. */
const FIELD = /^([!-9;-~]{1,128})[ \t]*:/;
/** A text's own colons: `9:30` has no letter before it either. */
const URL_START = /^(?:https?|rtsp|ftp):\/\//i;
/** Fields that are read; those behind them are left out. Mail that went through many hands has a hundred, a device's twenty. */
const MAX_FIELDS = 256;
/** Lines of one field; a To of a thousand addresses, one a line, has as many. */
const MAX_LINES = 1024;

/** Lines that are looked at; of those behind them only the empty one that ends the header counts. */
const MAX_HEADER_LINES = 4096;
/** So much of a body shows its first delimiter. */
const LOOK_BYTES = 4096;
const EMPTY_LINE = /\n\r*\n/;

/**
 * Reads a header block byte-wise, whatever line ends it uses (LF ends a line, a bare CR does not where there is one LF). A broken line between fields
 * changes nothing above it and is left out. Where the empty line is missing, `bodyLine` and the delimiter of the boundary just declared tell where the body begins.
 */
export function scanHeader(bytes: Buffer, end: HeadEnd = 'more'): ScannedHeader {
  const oddLineEnds = oddLineEndsOf(bytes, end);
  const head = oddLineEnds ? withUsualLines(bytes, oddLineEnds) : bytes;
  const { lines, bodyStart, isEnded } = readLines(head, end);
  const textFrom = bodyLine(lines, { isEnded, body: bodyOf(head, bodyStart, end) });
  const fields: HeaderField[] = [];
  let hasMboxLine = false;
  let hasDamage = false;
  let isOdd = false;
  /** What a folded line goes on with; none behind a line that is left out. */
  let field: HeaderField | undefined;
  let types = 0;
  let hasEncoding = false;
  const add = (label: string, value: string): HeaderField => {
    const added = { name: label.toLowerCase(), label, lines: [value] };
    if (added.name === 'content-type') types += 1;
    hasEncoding ||= added.name === ENCODING;
    if (fields.length < MAX_FIELDS) fields.push(added);
    return added;
  };
  const told = (headerLength: number | null): ScannedHeader => {
    if (types > 1)
      dropWrongType(fields, () =>
        head.toString('latin1', headerLength ?? head.length, (headerLength ?? 0) + LOOK_BYTES),
      );
    return {
      fields,
      headerLength,
      bytes,
      hasMboxLine,
      hasDamage,
      isOdd: (!hasEncoding && nameEncoding(fields)) || isOdd,
      oddLineEnds,
    };
  };
  for (const [index, line] of lines.entries()) {
    if (index === textFrom || isDelimiter(line, lines[index + 1], fields)) {
      return told(bodyStart === null ? null : line.start);
    }
    const isContent = line.label === null ? !field || isContentField(field.label) : isContentField(line.label);
    const label = line.label ?? field?.label;
    let glued = gluedField(line.text, line.label === null ? 0 : line.text.indexOf(':') + 1, isContent, label);
    const text = glued ? line.text.slice(0, glued.start) : line.text;
    if (line.label !== null) {
      const written = text.slice(text.indexOf(':') + 1);
      const value = isContent ? bracketed(line.label, written) : written;
      field = add(line.label, value);
      hasDamage ||= line.isMended;
      isOdd ||=
        value !== written || line.text[line.label.length] !== ':' || (field.name === ENCODING && /[ \t]$/.test(value));
    } else if (index > 0 && /^[ \t]/.test(line.text)) {
      // A line of blanks only is no line to many parsers: it never leaves.
      if (field && field.lines.length < MAX_LINES && !trimBlanks(text)) isOdd = true;
      else if (field && field.lines.length < MAX_LINES) {
        isOdd ||= line.isJoined || (field.lines.length === 1 && trimBlanks(field.lines[0]!) === '');
        field.lines.push(text);
      }
    } else if (index === 0 && isMboxLine(line.text)) {
      hasMboxLine = true;
    } else {
      field = undefined;
      hasDamage ||= glued?.start !== 0;
    }
    while (glued) {
      const next: GluedField | null = gluedField(glued.value, 0, true);
      field = add(glued.name, glued.value.slice(0, next?.start));
      isOdd = true;
      glued = next;
    }
  }
  return told(bodyStart);
}

function bodyOf(head: Buffer, start: number | null, end: HeadEnd): 'text' | 'blank' | 'open' {
  if (end !== 'eof') return start !== null && start < head.length ? 'text' : 'open';
  return start !== null && isBlankFrom(head, start) ? 'blank' : 'text';
}

function isBlankFrom(head: Buffer, start: number): boolean {
  return (
    trimBlanks(head.toString('latin1', start, start + 64).replace(/[\r\n]/g, '')) === '' && head.length - start <= 64
  );
}

/** A delimiter line of the boundary that the last Content-Type declared, or one with a part's header behind it: an empty line is missing above. */
function isDelimiter({ text, label }: HeaderLine, next: HeaderLine | undefined, fields: HeaderField[]): boolean {
  if (!text.startsWith('--') || text.length > 80) return false;
  if (label === null && next?.label && /^content-/i.test(next.label)) return true;
  const type = fields.findLast(({ name }) => name === 'content-type');
  const boundary = text.slice(2).trimEnd();
  // The declared one is in the first lines of its field.
  return boundary !== '' && (type?.lines.slice(0, 8).join('').slice(0, 500).includes(boundary) ?? false);
}

/** The value of a field, unfolded and trimmed, one byte per character. */
export function unfold(field: HeaderField): string {
  return trimBlanks(field.lines.join(''));
}

/** The first field of that lower-case name that says something, else the first. */
export function findField(header: ScannedHeader, name: string): HeaderField | undefined {
  const named = header.fields.filter((field) => field.name === name);
  return named.find(({ lines }) => lines.some((line) => trimBlanks(line) !== '')) ?? named[0];
}

function readLines(head: Buffer, end: HeadEnd): { lines: HeaderLine[]; bodyStart: number | null; isEnded: boolean } {
  const lines: HeaderLine[] = [];
  let position = skipPreface(head);
  while (position < head.length) {
    const feed = head.indexOf(LF, position);
    if (feed === -1 && end === 'cap' && lines.length) return { lines, bodyStart: position, isEnded: false };
    if (lines.length === MAX_HEADER_LINES) {
      const rest = head.toString('latin1', position - 1);
      const empty = EMPTY_LINE.exec(rest);
      if (empty) return { lines, bodyStart: position - 1 + empty.index + empty[0].length, isEnded: true };
      if (end === 'cap') return { lines, bodyStart: head.lastIndexOf(LF) + 1, isEnded: false };
      break;
    }
    const stop = feed === -1 ? head.length : feed;
    const next = feed === -1 ? head.length : feed + 1;
    const above = lines.at(-1);
    const plain = plainLine(head, position, stop, above);
    if (plain) {
      lines.push(plain);
      position = next;
      continue;
    }
    const split = damagedBreak(head, position, stop);
    const line = lineAt(head, position, split ?? stop, above);
    const damaged = line ? damagedEnd(head, position, line) : 0;
    if (damaged > 0) return { lines, bodyStart: position + damaged, isEnded: true };
    position = split !== null ? split + 2 : next;
    if (line === null && fieldsFollow(lines, head, position)) continue;
    if (line === null) return { lines, bodyStart: position, isEnded: true };
    lines.push(line);
  }
  return { lines, bodyStart: end === 'more' ? null : head.length, isEnded: false };
}

/** True where an empty line too many stands above the fields that say what the body is: none did before, and they end in an empty line of their own. */
function fieldsFollow(lines: readonly HeaderLine[], head: Buffer, position: number): boolean {
  const first = head[position]! | 0x20;
  if (first !== 0x63 && first !== (LF | 0x20) && first !== (CR | 0x20)) return false;
  if (!lines.some(({ label }) => label?.toLowerCase() === 'mime-version')) return false;
  if (lines.some(({ label }) => label?.toLowerCase() === 'content-type')) return false;
  return FIELDS_OF_A_TEXT.test(head.toString('latin1', position, position + 1024));
}

const FIELDS_OF_A_TEXT =
  /^[\r\n]{0,8}content-type[ \t]?:[ \t]?text\/(?:plain|html)[^\n]*\n(?:(?:content-[a-z-]{1,30}:|[ \t])[^\n]*\n){0,5}\r?\n/i;

/** A field as nearly all are. */
const PLAIN_LINE = /^([A-Za-z][!-9;-~]{0,127}):(?!\/\/)[\t -~]*$/;

/** The same for nearly every line, which needs none of the questions of the others; null where it may. */
function plainLine(head: Buffer, start: number, feed: number, above: HeaderLine | undefined): HeaderLine | null {
  if (above?.text.endsWith(';')) return null;
  const text = head.toString('latin1', start, head[feed - 1] === CR ? feed - 1 : feed);
  const label = PLAIN_LINE.exec(text)?.[1];
  return label === undefined || label.includes('_') ? null : { start, text, label, isJoined: false, isMended: false };
}

/** Null for an empty line. CRs before the LF belong to the line end, also a doubled one. */
function lineAt(head: Buffer, start: number, feed: number, above: HeaderLine | undefined): HeaderLine | null {
  let stop = feed;
  while (stop > start && head[stop - 1] === CR) stop -= 1;
  if (stop === start) return null;
  const came = head.toString('latin1', start, stop).replaceAll('\r', ' ');
  const text = came.replaceAll('\0', '');
  // `Content-Type: multipart/mixed;` and `boundary="x"` on a line of its own: a fold that lacks its blank.
  if ((above?.text.endsWith(';') && PARAMETER.test(text)) || (above?.text.endsWith('?=') && WORDS.test(text)))
    return { start, text: ` ${text}`, label: null, isJoined: true, isMended: false };
  const meant = meantField(text, text.length < came.length);
  if (meant === null) return { start, text, label: labelOf(text), isJoined: false, isMended: false };
  const mended = `${meant}${text.slice(text.indexOf(':'))}`;
  return { start, text: mended, label: meant, isJoined: false, isMended: true };
}

const PARAMETER = /^[A-Za-z][\w*-]{0,39}[ \t]*=/;
/** A subject's second line is words again. */
const WORDS = /^=\?[^?\s]{1,40}\?[bq]\?[^?\s]{0,900}\?=/i;

/** Where a line of two fields ends whose LF was changed on the way: a CR, a byte that no text has, and a known field. A CR alone ends no line (D4). */
function damagedBreak(head: Buffer, start: number, feed: number): number | null {
  for (let at = head.indexOf(CR, start + 1); at !== -1 && at < feed - 1; at = head.indexOf(CR, at + 1)) {
    const odd = head[at + 1]!;
    if (odd === CR || odd === TAB || (odd > 0x1f && odd < 0x7f)) continue;
    if (isKnownField(FIELD.exec(head.toString('latin1', at + 2, at + 42))?.[1] ?? '')) return at;
  }
  return null;
}

/** The bytes of an empty line whose LF was changed on the way, or lost before a delimiter: what follows on its line is the body's first. 0: it is none. */
function damagedEnd(head: Buffer, start: number, { text }: HeaderLine): number {
  const odd = head[start + 1];
  if (head[start] !== CR || odd === undefined || odd === CR || odd === TAB) return 0;
  if (odd > 0x1f && odd < 0x7f) return /^ --\S/.test(text) ? 1 : 0;
  return labelOf(text.replace(ODD_START, '')) === null ? 2 : 0;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that begin no line of a header
const ODD_START = /^[ \t]?[\0-\x1f\x7f-\xff]?/;

function labelOf(text: string): string | null {
  const label = FIELD.exec(text)?.[1] ?? null;
  return label === null || !/[A-Za-z]/.test(label) || URL_START.test(text) ? null : label;
}

/** A byte order mark and empty lines before the first known field are not the mail's. */
function skipPreface(head: Buffer): number {
  let start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const afterMark = start;
  while (start < head.length && (head[start] === LF || (head[start] === CR && head[start + 1] === LF))) {
    start += head[start] === LF ? 1 : 2;
  }
  const name = FIELD.exec(head.toString('latin1', start, start + 140))?.[1];
  return name !== undefined && isKnownField(name) ? start : afterMark;
}
