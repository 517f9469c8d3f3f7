import { isUtf8 } from 'node:buffer';
import { decodeLoosely } from './decode-charset.ts';

const ESC = '\x1b';
const UNKNOWN = '\ufffd';
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC, SO and SI shift
const SHIFT = /\x1b(?:\$[@B]|\([BJI]|\$\([@BD])|\x1b[^$(\r\n][BJ]|[\x0e\x0f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const ODD = /[\x0e\x0f]|\x1b\(I|\x1b(?:\$[@B]|\([BJI])\x1b|\x1b[^$(\r\n][BJ]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const NUL_IN_PAIRS = /\x1b\$[@B][^\x1b\r\n]*\0/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNENDED = /\x1b\$[@B][^\x1b\r\n]+(?:[\r\n]|$)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const FIRST_SHIFT = /\x1b[$(]/;

/**
 * True for a text in ISO-2022-JP that readers take in different ways: katakana of half width, by their own set or by SO and SI, a shift that nothing follows, one that was damaged, one
 * that its line does not end, the last one too, behind which readers get a line end that we add, and NUL.
 */
export const isOddJis = (text: string): boolean =>
  [ODD, NUL_IN_PAIRS, UNENDED].some((odd) => odd.test(text)) && (text.match(HIGH)?.length ?? 0) <= MAX_SLIPS;

const HIGH = /[\x80-\xff]/g;
/** More bytes of eight bits are another text in the same part, whose delimiter was lost. */
const MAX_SLIPS = 2;

/**
 * A line of ISO-2022-JP, one byte per character, as it is meant. `shift`: what is in force at its beginning, '' being ASCII, and at its end. A line begins in ASCII (RFC 1468), also behind one that was
 * not ended so, unless it goes back to ASCII itself; `isContinued`: the line's rest, and no beginning.
 */
export function readJisLine(line: string, shift: string, isContinued = false): { text: string; shift: string } {
  const isShifted = isContinued || (shift !== '' && FIRST_SHIFT.exec(line)?.[0] === '\x1b(');
  let set = isShifted ? shift : '';
  let out = '';
  let at = 0;
  SHIFT.lastIndex = 0;
  for (let found = SHIFT.exec(line); found !== null; found = SHIFT.exec(line)) {
    if (found.index > at) out += read(line.slice(at, found.index), set);
    set = setOf(found[0], set);
    at = SHIFT.lastIndex;
  }
  if (at < line.length) out += read(line.slice(at), set);
  return { text: out, shift: set };
}

/** The set that a shift turns to; a damaged one is the end of pairs. */
function setOf(shift: string, before: string): string {
  if (shift === '\x0e') return '(I';
  if (shift === '\x0f') return '';
  const set = shift.slice(1);
  if (set === '(B') return '';
  return isPairs(set) || set.startsWith('(') ? set : isPairs(before) ? '' : before;
}

const isPairs = (set: string): boolean => set.startsWith('$');

function read(piece: string, set: string): string {
  if (set === '(I') return piece.replace(/\0/g, '').replace(/[!-_\xa1-\xdf]/g, halfWidth);
  if (!isPairs(set)) return plain(piece.replace(/\0/g, '').replaceAll(ESC, ''));
  // One that stands in place of a letter's half keeps its place; one that came between is nothing.
  const whole = piece.replaceAll('\0', '');
  const pairs = whole.length % 2 === 0 ? whole : piece.replaceAll('\0', '\x7f');
  let bytes = '';
  for (let at = 0; at < pairs.length; at += 2) {
    const pair = pairs.slice(at, at + 2);
    bytes += PAIR.test(pair) ? `${set === '$(D' ? '\x8f' : ''}${raised(pair)}` : '\xff';
  }
  return decodeLoosely(Buffer.from(bytes, 'latin1'), 'euc-jp');
}

/** What is no letter of seven bits is one of UTF-8 that came into this text, or damage. */
function plain(piece: string): string {
  const bytes = Buffer.from(piece, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : piece.replace(HIGH, UNKNOWN);
}

const PAIR = /^[!-~]{2}$/;
const raised = (pair: string): string => String.fromCharCode(pair.charCodeAt(0) | 0x80, pair.charCodeAt(1) | 0x80);
const halfWidth = (letter: string): string => String.fromCharCode(0xff61 - 0x21 + (letter.charCodeAt(0) & 0x7f));
