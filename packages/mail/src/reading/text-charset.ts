import { isAscii, isUtf8 } from 'node:buffer';
import {
  type CharsetHints,
  type CharsetReading,
  guessCharset,
  hasJisShift,
  looksWestern,
  readLabelled,
} from './charset.ts';
import { canonicalCharset, isAsciiLabel, saysNothing } from './charset-labels.ts';
import { decodeExactly } from './decode-charset.ts';
import { decodeQuoted } from './encoded-word.ts';
import { type ParamValue, paramOf, parseParams } from './header-params.ts';
import { findField, type ScannedHeader, unfold } from './header-scan.ts';
import { htmlCharset } from './html-charset.ts';
import { isShifted } from './shifted-text.ts';
import { unmarkedUtf16 } from './unmarked-utf16.ts';

const PART_TYPE = /^content-type[ \t]*:(.*(?:\r?\n[ \t].*)*)/gim;
/** The first text part's header stands near the top; a picture's base64 need not be searched. */
const SEARCH_BYTES = 8192;

/** The charset label of the mail's first text part, from its own header or from the beginning of its body. */
export function textCharset(header: ScannedHeader): string | undefined {
  const own = findField(header, 'content-type');
  const type = own ? parseParams(unfold(own)) : null;
  if (!type?.value.startsWith('multipart/')) return paramOf(type, 'charset');
  const start = header.headerLength;
  if (start === null) return undefined;
  for (const [, value] of header.bytes.toString('latin1', start, start + SEARCH_BYTES).matchAll(PART_TYPE)) {
    const part = parseParams(value!.replace(/\r?\n/g, ''));
    if (part.value.startsWith('text/')) return paramOf(part, 'charset');
  }
  return undefined;
}

/** Content-Transfer-Encoding as it is meant: `8-bit`, `BASE64 ` and the like (M12). */
export function transferEncoding(text: string): string {
  const plain = text.trim().toLowerCase();
  return /^[78]-bit$/.test(plain) ? plain.replace('-', '') : plain;
}

/** What a cut sample may end with: an incomplete character, of four bytes at most. If no other stands before it, all of a short row must go. */
const CUT_END = /[\x80-\xff]{1,16}$/;

/**
 * The bytes that a sample of a text stands for, or null for an encoding that is not ours to read. `isCut`: the text goes on behind the sample, which may
 * end inside an escape or a character: the first one of a long plain text would look like one of another charset.
 */
export function decodeSample(sample: Buffer, encoding: string, isCut: boolean): Buffer | null {
  const bytes = decodeTransfer(sample, encoding);
  if (!bytes || !isCut) return bytes;
  const end = CUT_END.exec(bytes.toString('latin1', Math.max(0, bytes.length - 16)))?.[0].length ?? 0;
  return bytes.subarray(0, bytes.length - end);
}

function decodeTransfer(bytes: Buffer, encoding: string): Buffer | null {
  if (['', '7bit', '8bit', 'binary'].includes(encoding)) return bytes;
  if (encoding === 'base64') return Buffer.from(beforeDamage(bytes.toString('latin1')), 'base64');
  if (encoding !== 'quoted-printable') return null;
  const text = bytes.toString('latin1').replace(/=[ \t]{0,64}\r*\n/g, '');
  return decodeQuoted(text.replace(/=[0-9a-f]?\r?$/i, ''));
}

/** Behind a letter that was lost the bytes are others, which say nothing of the text's charset. */
function beforeDamage(base64: string): string {
  const end = base64.search(NO_BASE64);
  return end > 0 ? base64.slice(0, end) : base64;
}

const NO_BASE64 = /[^\w+/=\s-]/;

/**
 * The label that a text should carry, or null to leave what it has (M7). `sample` is the decoded beginning of the text. A label that fits the bytes stays;
 * gb2312 becomes the set that its devices really write; what an HTML text says of itself comes before a guess.
 */
export function repairedCharset(type: ParamValue | null, sample: Buffer, hints: CharsetHints): string | null {
  if (type && !/^text(\/|$)/.test(type.value)) return null;
  const label = paramOf(type, 'charset')?.trim();
  // Its mark is in no other charset's text, and readers take from it which way round the bytes are.
  if (hasUtf16Mark(sample)) return label && canonicalCharset(label)?.startsWith('utf-16') ? null : 'utf-16';
  const unmarked = sample.includes(0) ? unmarkedUtf16(sample) : null;
  // By `utf-16` alone some readers take the one order and some the other.
  if (unmarked) return label?.toLowerCase() === unmarked ? null : unmarked;
  if (isAscii(sample) && !hasJisShift(sample)) return label === '' ? 'us-ascii' : null;
  if (!label || saysNothing(label)) return ownCharset(type, sample, () => guessCharset(sample, hints));
  const charset = canonicalCharset(label);
  if (charset?.startsWith('utf-16')) return /^utf-?16/i.test(label) ? null : charset;
  if (charset && isShifted(sample, charset)) return null;
  const reading = readLabelled(sample, label, hints);
  if (charset === null && !reading) return null;
  const isWrong = reading?.charset !== charset && !(reading?.charset === 'utf-8' && isUtf8(sample));
  if (isWrong && charset && !isAsciiLabel(label) && fitsBeforeDelimiter(sample, charset)) return null;
  if (reading?.charset !== charset || isAsciiLabel(label)) return ownCharset(type, sample, () => reading);
  if (charset === 'gb18030') return /^gb18030$/i.test(label) ? null : 'gb18030';
  if (charset === 'shift_jis' && !/31j|932/i.test(label) && hasVendorKanji(sample)) return 'windows-31j';
  return widerLabel(label, charset!, sample);
}

/** A label that every reader knows where a device's own spelling is known to few (`UTF-8N`, `8859_1`, PHP's `SJIS-win`), and Windows' where the bytes are in no ISO set: its dashes and quotes. */
function widerLabel(label: string, charset: string, sample: Buffer): string | null {
  if (charset === 'euc-kr') return koreanLabel(label, sample);
  if (!USUAL_CHARSETS.test(charset)) return null;
  if (/^windows-125[24]$/.test(charset) && /^(?:iso|latin|l\d)/i.test(label) && isOfWindows(sample)) return charset;
  return isUsualLabel(label) ? null : charset;
}

/** Names of Windows' larger set are known to few; where all is of the smaller one, its name is known to every reader. Java's own (`x-windows-949`) is known to hardly any. */
function koreanLabel(label: string, sample: Buffer): string | null {
  if (KOREAN_LABELS.test(label)) return null;
  if (isEucKr(sample)) return 'euc-kr';
  return /^x-/i.test(label) ? 'ks_c_5601-1987' : null;
}

const KOREAN_LABELS = /^(?:euc[-_]?kr|ks_c_5601-1987|ksc5601|korean)$/i;

/** True where each letter is of EUC-KR itself: Windows' further syllables have a byte of other rows. */
const isEucKr = (sample: Buffer): boolean => /^(?:[\0-\x7f]|[\xa1-\xfe][\xa1-\xfe])*$/.test(sample.toString('latin1'));

function isOfWindows(sample: Buffer): boolean {
  const text = sample.toString('latin1');
  return C1.test(text) && looksWestern(decodeExactly(sample, 'windows-1252')!);
}

const C1 = /[\x80-\x9f]/;

const USUAL_CHARSETS =
  /^(?:utf-?8|windows-125\d|iso-8859-\d+|koi8-[ru]|ibm866|macintosh|shift_jis|euc-jp|iso-2022-jp|big5)$/;

/** TextDecoder's own, which Python and others know too. */
function isUsualLabel(label: string): boolean {
  if (USUAL_CHARSETS.test(label.toLowerCase())) return true;
  if (/^x-/i.test(label)) return false;
  try {
    return new TextDecoder(label) !== null;
  } catch {
    return false;
  }
}

/** Letters that are no accident. */
const ENOUGH_LETTERS = 4;
const DELIMITER = '\n--';

/** True where a label is right up to a line that looks like a delimiter: one that was damaged leaves two texts in one part, and the label is the first one's. */
function fitsBeforeDelimiter(sample: Buffer, charset: string): boolean {
  const end = sample.indexOf(DELIMITER);
  const text = end > 0 ? decodeExactly(sample.subarray(0, end), charset) : null;
  return text !== null && (text.match(/[^\0-\x7f]/g)?.length ?? 0) >= ENOUGH_LETTERS;
}

function hasUtf16Mark(bytes: Buffer): boolean {
  const [first, second] = bytes;
  return bytes.length > 3 && ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff));
}

/** What an HTML text says of itself, where its bytes agree; where they do not, or say UTF-8 too, nobody knows. Without such a word, the guess. */
function ownCharset(type: ParamValue | null, sample: Buffer, guess: () => CharsetReading | null): string | null {
  const own = type && /^text\/(?:html|xml)$/.test(type.value) ? htmlCharset(sample) : undefined;
  const reading = own ? readLabelled(sample, own) : guess();
  if (!own || !reading) return reading && writtenLabel(reading.charset);
  const isDoubtful = reading.charset !== 'utf-8' && reading.charset !== 'iso-2022-jp' && isUtf8(sample);
  return isDoubtful || reading.charset !== canonicalCharset(own) ? null : writtenLabel(reading.charset);
}

/** As most readers know it: Python has no `windows-874`. */
const writtenLabel = (charset: string): string => (charset === 'windows-874' ? 'tis-620' : charset);

/** NEC and IBM rows of windows-31j (①, ㈱, 髙), which strict Shift_JIS decoders refuse. */
function hasVendorKanji(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead === 0x87 || lead === 0xed || lead === 0xee || (lead >= 0xfa && lead <= 0xfc)) return true;
    if ((lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xfc)) at += 1;
  }
  return false;
}
