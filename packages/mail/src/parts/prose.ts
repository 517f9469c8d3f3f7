import { isUtf8 } from 'node:buffer';
import { withoutEnd } from './uu-lines.ts';

const BASE64_LINE = /^[\w+/-]{16,}={0,2}$/;
/** A longer row of letters is no word of prose, but base64 that a byte of was damaged. */
const LONG_RUN = /[A-Za-z0-9+/]{17}/;
/** What no base64 has: blanks inside a line, and signs. */
const OF_PROSE = /\S[ \t]+\S|[!-*,.:-<>-@[-^{-~]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that no text has
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/;

/** True for a text that cannot be base64, whatever its label says: words with blanks between them. What stands behind its first line, or a broken delimiter, may not be its own. */
export function isProse(written: string, isCut: boolean): boolean {
  const text = written.split('\n--', 1)[0]!;
  if (BASE64_LINE.test(withoutEnd(text.trimStart().split('\n', 1)[0]!))) return false;
  const strange = text.replace(/[A-Za-z0-9+/=\r\n]+/g, '').length;
  if (strange > 2 && strange > text.length / 20) return true;
  // A few words: what they would stand for tells.
  if (isCut || LONG_RUN.test(text) || !OF_PROSE.test(text)) return false;
  const meant = Buffer.from(text, 'base64');
  return !isUtf8(meant) || CONTROLS.test(meant.toString('latin1'));
}
