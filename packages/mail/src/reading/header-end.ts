import { isDamagedField, isKnownField, isSureField } from './field-names.ts';

/** A line of what may be a header: one byte per character, without its end. */
export interface HeaderLine {
  start: number;
  text: string;
  /** The field's name as written; null where the line begins none. */
  label: string | null;
  /** A fold that came without its blank. */
  isJoined: boolean;
  /** The name was damaged, and is mended here. */
  isMended: boolean;
}

/** What is known of the place where these lines end. */
export interface HeaderStop {
  /** An empty line ends them, not the end of what is there. */
  isEnded: boolean;
  /** What stands behind it; `open` while nobody knows. */
  body: 'text' | 'blank' | 'open';
}

/** `Alarm Class: hardware`: no field, but meant as one. */
const LIKE_A_FIELD = /^[A-Za-z][\w ()./#-]{0,60}:/;

/**
 * The line from which on the body begins although no empty line stands before it, or -1. Devices leave the empty line out, and bad wires damage fields; which of
 * both it was is told so:
 *
 * - Only lines behind the last known field are in question: a broken one between known fields is never the body.
 * - The first one there that is no field begins the body, unless an empty line with a body behind it comes later and every line until then is a field, a fold, or
 *   a field but for a byte or two. That is damage; in the body it would damage a picture. Where the body is no plain text, words before a colon are a
 *   field as well: nobody writes prose there.
 * - Where a text begins so, or nothing would be text, fields straight above that nobody knows are its lines (`Battery: 54 percent`).
 * - Without one field of a known name there is no header.
 */
export function bodyLine(lines: readonly HeaderLine[], { isEnded, body }: HeaderStop): number {
  if (lines.length > 0 && body !== 'open' && !lines.some(isSure)) return 0;
  const lastKnown = lines.findLastIndex(({ label }) => label !== null && isKnownField(label));
  const broken = lines.findIndex(
    (line, index) =>
      index > lastKnown && line.label === null && !isFold(line) && !(index === 0 && isMboxLine(line.text)),
  );
  if (broken === -1) return body === 'blank' ? textStart(lines) : -1;
  const isText = isPlainText(lines);
  const isMeantAsField = (line: HeaderLine): boolean =>
    line.label !== null || isFold(line) || isDamagedField(line.text) || (!isText && LIKE_A_FIELD.test(line.text));
  if (isEnded && body !== 'blank' && lines.slice(broken).every(isMeantAsField)) return -1;
  return isText ? textStart(lines.slice(0, broken + 1)) : broken;
}

/** The line that a mailbox file puts before each mail (M15). */
export const isMboxLine = (text: string): boolean => /^>?From /.test(text);
const isFold = ({ text }: HeaderLine): boolean => /^[ \t]/.test(text);
const isSure = ({ label }: HeaderLine): boolean => label !== null && isSureField(label);

/** Where the lines at the end begin that are no field which somebody knows, or -1. */
function textStart(lines: readonly HeaderLine[]): number {
  const last = lines.findLastIndex((line) => isSure(line) || isFold(line));
  return last === lines.length - 1 ? -1 : last + 1;
}

/** False where the header says that the body is a picture, parts, or in base64. */
function isPlainText(lines: readonly HeaderLine[]): boolean {
  const type = saidOf(lines, 'content-type');
  return (type === '' || /^"?text\b/i.test(type)) && !/base64|uu/i.test(saidOf(lines, 'content-transfer-encoding'));
}

/** What the first field of that name says on its first two lines. */
function saidOf(lines: readonly HeaderLine[], name: string): string {
  const at = lines.findIndex(({ label }) => label?.toLowerCase() === name);
  const [field, next] = [lines[at], lines[at + 1]];
  if (!field) return '';
  const fold = next && isFold(next) ? next.text : '';
  return `${field.text.slice(field.text.indexOf(':') + 1)}${fold}`.trim();
}
