import { trimBlanks } from './clean-text.ts';

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
}

/** What follows the given bytes: more of the mail, nothing, or more that will not be read because the cap is reached. */
export type HeadEnd = 'more' | 'eof' | 'cap';

const CR = 13;
const LF = 10;
/** A field name: printable ASCII but the colon, blanks before the colon tolerated; no real one is longer. */
const FIELD = /^([!-9;-~]{1,128})[ \t]*:/;
/** Names that tell a header from prose when a line between them is broken. */
const KNOWN = new Set(
  (
    'from to cc bcc subject date message-id mime-version content-type content-transfer-encoding content-disposition ' +
    'reply-to sender x-mailer x-priority received return-path importance user-agent'
  ).split(' '),
);

interface Line {
  start: number;
  text: string;
  label: string | null;
}

/**
 * Reads a header block byte-wise, whatever line ends it uses (LF ends a line, a bare CR never does). A broken line between known
 * fields continues the field before it; one after which no known field comes begins the body.
 */
export function scanHeader(head: Buffer, end: HeadEnd = 'more'): ScannedHeader {
  const { lines, bodyStart } = readLines(head, end);
  const lastKnown = lines.findLastIndex((line) => line.label !== null && KNOWN.has(line.label.toLowerCase()));
  const fields: HeaderField[] = [];
  let hasMboxLine = false;
  for (const [index, line] of lines.entries()) {
    const field = fields.at(-1);
    if (line.label !== null) {
      const value = line.text.slice(line.text.indexOf(':') + 1);
      fields.push({ name: line.label.toLowerCase(), label: line.label, lines: [value] });
    } else if (field && /^[ \t]/.test(line.text)) {
      // A line of blanks only is no line to many parsers: it never leaves.
      if (trimBlanks(line.text)) field.lines.push(line.text);
    } else if (index === 0 && /^>?From /.test(line.text)) {
      hasMboxLine = true;
    } else if (index < lastKnown) {
      field?.lines.push(` ${line.text}`);
    } else {
      return { fields, headerLength: bodyStart === null ? null : line.start, bytes: head, hasMboxLine };
    }
  }
  return { fields, headerLength: bodyStart, bytes: head, hasMboxLine };
}

/** The value of a field, unfolded and trimmed, one byte per character. */
export function unfold(field: HeaderField): string {
  return trimBlanks(field.lines.join(''));
}

/** The first field of that lower-case name. */
export function findField(header: ScannedHeader, name: string): HeaderField | undefined {
  return header.fields.find((field) => field.name === name);
}

function readLines(head: Buffer, end: HeadEnd): { lines: Line[]; bodyStart: number | null } {
  const lines: Line[] = [];
  let position = skipPreface(head);
  while (position < head.length) {
    const feed = head.indexOf(LF, position);
    if (feed === -1 && end === 'cap' && lines.length) return { lines, bodyStart: position };
    const line = lineAt(head, position, feed === -1 ? head.length : feed);
    position = feed === -1 ? head.length : feed + 1;
    if (line === null) return { lines, bodyStart: position };
    lines.push(line);
  }
  return { lines, bodyStart: end === 'more' ? null : head.length };
}

/** Null for an empty line. CRs before the LF belong to the line end, also a doubled one. */
function lineAt(head: Buffer, start: number, feed: number): Line | null {
  let stop = feed;
  while (stop > start && head[stop - 1] === CR) stop -= 1;
  if (stop === start) return null;
  const text = head.toString('latin1', start, stop).replaceAll('\r', ' ').replaceAll('\0', '');
  return { start, text, label: FIELD.exec(text)?.[1] ?? null };
}

/** A byte order mark and empty lines before the first known field are not the mail's. */
function skipPreface(head: Buffer): number {
  let start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const afterMark = start;
  while (start < head.length && (head[start] === LF || (head[start] === CR && head[start + 1] === LF))) {
    start += head[start] === LF ? 1 : 2;
  }
  const name = FIELD.exec(head.toString('latin1', start, start + 140))?.[1]?.toLowerCase();
  return name !== undefined && KNOWN.has(name) ? start : afterMark;
}
