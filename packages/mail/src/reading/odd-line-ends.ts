import { isKnownField } from './field-names.ts';
import { indentOf, withoutIndent } from './indented-mail.ts';

/** `cr`: CR alone, as the Macs of old wrote; `lf_cr`: both, the wrong way round; `indent_4`: usual ends, and so many blanks behind each. */
export type OddLineEnds = 'cr' | 'lf_cr' | `indent_${number}`;

/** The blanks that each line begins with. */
export const indentIn = (odd: OddLineEnds | null): number => (odd?.startsWith('indent_') ? Number(odd.slice(7)) : 0);

const CR = 13;
const LF = 10;
const FIRST_FIELD = /^(?:>?From |[!-9;-~]{1,40}:)/;
const NAME = /^([!-9;-~]{1,128})[ \t]*:/;
/** A header that was cut has no more. */
const LOOK_BYTES = 65_536;
const MAX_LINES = 4096;

/** What ends a mail's lines where it is neither CRLF nor LF, or what they begin with; null for nearly every mail. */
export function oddLineEndsOf(bytes: Buffer, end: 'more' | 'eof' | 'cap'): OddLineEnds | null {
  const indent = indentOf(bytes);
  if (indent > 0) return `indent_${indent}`;
  const feed = bytes.indexOf(LF);
  if (feed > 0 && bytes[feed + 1] === CR && bytes[feed - 1] !== CR && FIRST_FIELD.test(bytes.toString('latin1', 0, 50)))
    return areLfCr(bytes, feed) ? 'lf_cr' : null;
  const isLast = feed === -1 || feed === bytes.length - 1;
  if (!isLast) {
    const cr = bytes.indexOf(CR);
    if (cr === -1 || cr >= feed - 1) return null;
  }
  const own = bytes.subarray(0, feed === -1 ? bytes.length : Math.max(0, feed - 1));
  // Behind a header of CR the body may have others.
  const stop = isLast ? -1 : own.indexOf('\r\r');
  if (!isLast && (stop === -1 || !hasKnownFields(own.subarray(0, stop)))) return null;
  return areCr(own, end) ? 'cr' : null;
}

/** The same bytes, as many of them, with line ends that a header is read by. */
export function withUsualLines(bytes: Buffer, lineEnds: OddLineEnds): Buffer {
  const indent = indentIn(lineEnds);
  if (indent > 0) return withoutIndent(bytes, indent);
  const text = bytes.toString('latin1');
  return Buffer.from(lineEnds === 'cr' ? text.replaceAll('\r', '\n') : text.replaceAll('\n\r', '\r\n'), 'latin1');
}

/** The same of a body whose header has usual ones. `isMultipart`: a text's CR are mended one by one. */
export function oddBodyEndsOf(body: Buffer, isMultipart: () => boolean): OddLineEnds | null {
  const feed = body.indexOf(LF);
  if (feed > 0 && body[feed + 1] === CR && body[feed - 1] !== CR) return areLfCr(body, feed) ? 'lf_cr' : null;
  const isCr = feed === -1 || feed >= Math.min(body.length - 1, LOOK_BYTES);
  return isCr && isMultipart() && CR_DELIMITER.test(body.toString('latin1', 0, LOOK_BYTES)) ? 'cr' : null;
}

const CR_DELIMITER = /(?:^|\r)--[^\r]{1,200}\r[^\r-]/;

/** Two at least, and no line ends another way until an empty one, but the last, which is the transport's. */
function areLfCr(bytes: Buffer, first: number): boolean {
  let count = 0;
  let last = -1;
  const stop = Math.min(bytes.length - 1, LOOK_BYTES);
  for (let feed = first; feed !== -1 && feed < stop; feed = bytes.indexOf(LF, feed + 1)) {
    if (bytes[feed + 1] !== CR || (bytes[feed + 2] === LF && bytes[feed + 3] !== CR)) return false;
    // A CR that is not the one before's second half makes it a usual end.
    if (bytes[feed - 1] === CR && feed - 2 !== last) return false;
    last = feed;
    count += 1;
    if (bytes[feed + 2] === LF) break;
  }
  return count > 1;
}

/** A field and an empty line are there, or, where the mail was cut before that, fields of known names. */
function areCr(own: Buffer, end: 'more' | 'eof' | 'cap'): boolean {
  if (!FIRST_FIELD.test(own.toString('latin1', 0, 50))) return false;
  return own.includes('\r\r') || (end === 'eof' && hasKnownFields(own));
}

/** Two beside the first line's are no accident. */
function hasKnownFields(bytes: Buffer): boolean {
  const [, ...lines] = bytes.toString('latin1', 0, LOOK_BYTES).split('\r', MAX_LINES);
  return lines.filter((line) => isKnownField(NAME.exec(line)?.[1] ?? '')).length >= 2;
}
