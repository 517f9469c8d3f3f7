const CR = 13;
const LF = 10;

/** CRs in a text. */
export function countCr(text: string): number {
  return text.split('\r').length - 1;
}

/** A piece of a text without the blanks and line ends behind it. */
export function trimLineEnd(text: string, from: number, to: number): string {
  let stop = to;
  while (stop > from && ' \t\r\n'.includes(text[stop - 1]!)) stop -= 1;
  return text.slice(from, stop);
}

/** True where the text up to `stop` ends with a mark, which is not empty. Asked of each line of a part: nearly all have another last character. */
export function endsWith(text: string, stop: number, mark: string): boolean {
  return text.charCodeAt(stop - 1) === mark.charCodeAt(mark.length - 1) && text.startsWith(mark, stop - mark.length);
}

/** True where a line is its end alone. */
export function isEmptyLine(text: string, at: number, next: number): boolean {
  for (let index = at; index < next; index++)
    if (text.charCodeAt(index) !== CR && text.charCodeAt(index) !== LF) return false;
  return true;
}

/** The LF behind a delimiter was changed or lost on the way, and a part's first field follows. */
const DAMAGED_DELIMITER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that begin no line of a header
  /^(--[^\r\n]{1,200})\r[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]?(?=content-[a-z-]{1,40}[ \t]*:)/i;

/** The same behind the last one, which a CR alone ends for its readers. */
const CLOSED_BY_CR = /^(--[^\r\n]{1,200}--[ \t]{0,20})\r(?!\r*\n)/;

/** What may be the delimiter of such a line, and where its field begins, or what stands behind the last one. */
export function damagedDelimiter(text: string, at: number, next: number): { mark: string; fieldAt: number } | null {
  const line = text.slice(at, Math.min(next, at + 300));
  const found = DAMAGED_DELIMITER.exec(line) ?? CLOSED_BY_CR.exec(line);
  return found && { mark: found[1]!.trimEnd(), fieldAt: at + found[0].length };
}

/** Characters that tell whether a line is a field of a part. */
export const FIELD_MAX = 60;
const FIELD = /^content-[a-z-]{1,40}[ \t]*:/i;

/** True for a line that begins as a field of a part does. */
export function isPartField(text: string, at: number): boolean {
  return FIELD.test(text.slice(at, at + FIELD_MAX));
}

/** A file's type, and its last line where that goes on. */
const FILE_TYPE = /^content-type[ \t]*:[ \t]*"?(?!text|message|multipart)[a-z]/im;
const PARAMETER = /^[ \t]+[\w*-]{1,40}[ \t]*=/;

/** A header without the empty line at its end; one of empty lines alone is nothing. */
export function withoutEmptyLine(header: string): string {
  if (isEmptyLine(header, 0, header.length)) return '';
  let stop = header.length - 1;
  while (stop > 0 && header.charCodeAt(stop - 1) === CR) stop -= 1;
  return header.slice(0, stop);
}

/** Empty lines between a delimiter and a header. */
const MAX_GAP = 12;

/**
 * True where the empty line that a part's header has come to is one too many: right behind the delimiter with fields below it, or within a file's fields. A text may begin
 * with anything.
 */
export function goesOn(header: string, text: string, at: number): boolean {
  if (isEmptyLine(header, 0, header.length))
    return isPartField(text, at) || (header.length < MAX_GAP && isEmptyLine(text, at, Math.min(at + 1, text.length)));
  if (!FILE_TYPE.test(header)) return false;
  return (
    isPartField(text, at) ||
    (trimLineEnd(header, 0, header.length).endsWith(';') && PARAMETER.test(text.slice(at, at + FIELD_MAX)))
  );
}

/** Where the line end begins that the text up to `to` ends with; `to` where it ends with none. */
export function lineEndOf(text: string, from: number, to: number): number {
  let at = to;
  if (text.charCodeAt(to - 1) !== LF) return at;
  do at -= 1;
  while (at > from && text.charCodeAt(at - 1) === CR);
  return at;
}
