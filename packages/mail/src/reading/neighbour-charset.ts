import { decodeExactly } from './decode-charset.ts';

/** Windows' sets that hold the same letters at the same places as ISO's, and signs where those have controls. */
const WINDOWS_OF: Record<string, string> = {
  'iso-8859-2': 'windows-1250',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'iso-8859-13': 'windows-1257',
};
const C1 = /[\x80-\x9f]/;

/**
 * What programs write under the label of a neighbour: Windows' letters and dashes called ISO, EUC-JP called Shift_JIS. `text`: the bytes by their label. Null where nothing
 * speaks against that.
 */
export function neighbourOf(bytes: Buffer, text: string, charset: string): { text: string; charset: string } | null {
  if (charset === 'shift_jis') return eucOf(bytes, text);
  const windows = WINDOWS_OF[charset];
  if (windows === undefined || !C1.test(text)) return null;
  const own = ofCentralEurope(charset, bytes) === charset && charset === 'iso-8859-2' ? null : windows;
  const read = own && decodeExactly(bytes, own);
  return read && !C1.test(read) ? { text: read, charset: windows } : null;
}

/** Of the two charsets of Poland, Bohemia and Hungary the one that the bytes are of: what are letters in the one are signs and controls in the other. */
export function ofCentralEurope(charset: string, bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (ISO_LETTERS.test(text)) return charset === 'windows-1250' ? 'iso-8859-2' : charset;
  return charset === 'iso-8859-2' && C1.test(text) ? 'windows-1250' : charset;
}

const ISO_LETTERS = /[A-Za-z][\xb1\xb5\xb6\xbb][A-Za-z]|[\xb1\xb5\xb6\xbb][a-z]{2}/;

const HALF_WIDTH = /[\uff61-\uff9f]/g;
/** What EUC-JP's kana begin with, read as Shift_JIS. */
const MARKS = /[\uff64\uff65]/g;
const KANA = /[\u3041-\u30fe]/g;
const OTHERS = /[^\0-\x7f]/g;

/**
 * Every second byte of EUC-JP's kana is a comma or a point of half width by Shift_JIS. Nobody writes so many of those; kanji alone tell nothing, since half-width katakana are
 * written without any other letter.
 */
function eucOf(bytes: Buffer, text: string): { text: string; charset: string } | null {
  const marks = countOf(text, MARKS);
  if (marks < MIN_KANA || countOf(text, HALF_WIDTH) < countOf(text, OTHERS) * HALF_WIDTH_PART) return null;
  const read = decodeExactly(bytes, 'euc-jp');
  if (read === null) return null;
  const kana = countOf(read, KANA);
  const isEuc = kana >= MIN_KANA && marks >= kana * MARKS_PART && kana >= countOf(read, OTHERS) * KANA_PART;
  return isEuc ? { text: read, charset: 'euc-jp' } : null;
}

const MIN_KANA = 2;
const HALF_WIDTH_PART = 0.8;
const MARKS_PART = 0.8;
const KANA_PART = 0.3;
const countOf = (text: string, letters: RegExp): number => text.match(letters)?.length ?? 0;
