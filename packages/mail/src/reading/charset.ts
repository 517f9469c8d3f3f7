import { isAscii, isUtf8 } from 'node:buffer';
import { canonicalCharset, isAsciiLabel, saysNothing } from './charset-labels.ts';
import { decodeExactly, decodeLoosely } from './decode-charset.ts';
import { neighbourOf, ofCentralEurope } from './neighbour-charset.ts';
import { hasWesternLettersAlone } from './western-letters.ts';

/** What is known beside the bytes themselves. */
export interface CharsetHints {
  /** The device's profile: a charset label or a language (`ja`, `zh`, `zh-tw`, `ko`). */
  charset?: string | null | undefined;
  /** Charset label of the mail's first text part. */
  textCharset?: string | null | undefined;
}

/** Bytes that were read, and by which charset (`canonicalCharset`'s name). */
export interface CharsetReading {
  text: string;
  charset: string;
}

const BY_LANGUAGE: Record<string, string[]> = {
  ja: ['shift_jis', 'euc-jp'],
  zh: ['gb18030'],
  'zh-tw': ['big5', 'gb18030'],
  ko: ['euc-kr'],
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins the shifts of ISO-2022-JP
const JIS_SHIFT = /\x1b(?:\$[B@]|\([JI])/;

/** True when the bytes shift as ISO-2022-JP does. They are also valid UTF-8, so this is asked first. */
export function hasJisShift(bytes: Buffer): boolean {
  return bytes.includes(0x1b) && JIS_SHIFT.test(bytes.toString('latin1'));
}

/**
 * The one rule for encoded words and bodies: what bytes under a label say, or null when they are to leave as they came.
 * Shifts of ISO-2022-JP are believed before a label (PHPMailer and s-nail call them ASCII or UTF-8), a label that fits nearly everywhere before a
 * guess, and a charset that we cannot read is right.
 */
export function readLabelled(bytes: Buffer, label: string, hints: CharsetHints = {}): CharsetReading | null {
  if (saysNothing(label)) return guessCharset(bytes, hints);
  const charset = canonicalCharset(label);
  if (hasJisShift(bytes)) {
    const text = readNearly(bytes, 'iso-2022-jp');
    if (text !== null) return { text, charset: 'iso-2022-jp' };
    // Damaged it is what it says all the same.
    if (charset === 'iso-2022-jp') return null;
  }
  if (charset === null) return null;
  const isPlain = isAscii(bytes);
  if (isPlain || !isAsciiLabel(label)) {
    // Valid UTF-8 is no accident, and fits half of Shift_JIS nearly.
    // Letters of UTF-8 are no accident where the label says so as well.
    const othersASlip = charset === 'utf-8' ? 2 : OTHERS_A_SLIP;
    const text = isUtf8(bytes) && !isPlain ? decodeExactly(bytes, charset) : readNearly(bytes, charset, othersASlip);
    if (text !== null && !isPlain && charset !== 'utf-8' && isSurelyUtf8(bytes, charset))
      return { text: stripMark(bytes.toString('utf8')), charset: 'utf-8' };
    const own = text !== null && !isPlain && OF_EAST.test(charset) ? ownersLatin(bytes, hints) : null;
    if (own) return own;
    if (text !== null && charset === 'windows-1252') return ownersCharset(bytes, text, hints) ?? { text, charset };
    if (text !== null) return neighbourOf(bytes, text, charset) ?? { text, charset };
  }
  // Nothing to guess at in seven bits: the label knows more than we do.
  return isPlain ? null : guessCharset(bytes, hints, isAsciiLabel(label) ? null : charset);
}

/**
 * Unlabelled bytes as text: ISO-2022-JP shifts, UTF-8, the first text part's charset, the device's profile, the others of a language that a wrong label
 * named, windows-1252 (before all that fits but nearly, where the bytes are plainly Western words). Null when only the last is left and the bytes do not look like it.
 * Beyond UTF-8 it is a guess, so the profile counts: the same bytes are often valid in three charsets.
 */
export function guessCharset(
  bytes: Buffer,
  hints: CharsetHints = {},
  labelled: string | null = null,
): CharsetReading | null {
  if (hasJisShift(bytes)) {
    const text = readNearly(bytes, 'iso-2022-jp');
    if (text !== null) return { text, charset: 'iso-2022-jp' };
  }
  if (isUtf8(bytes)) return { text: stripMark(bytes.toString('utf8')), charset: 'utf-8' };
  const label = hints.textCharset ?? '';
  const written = isAsciiLabel(label) ? null : canonicalCharset(label);
  const profile = [...profileCharsets(hints.charset), ...(labelled ? profileCharsets(labelled) : [])].map((own) =>
    ofCentralEurope(own, bytes),
  );
  const western = { text: decodeExactly(bytes, 'windows-1252')!, charset: 'windows-1252' };
  // Anything fits windows-1252, and words of the West fit every charset of one byte: there only one of Latin letters may come before them.
  const latin = [written, ...profile].filter((charset) => charset !== null && LATIN_LETTERS.test(charset));
  return (
    (isWesternWords(western.text) ? (firstThatFits(bytes, latin, [decodeExactly]) ?? western) : null) ??
    // Any bytes fit a charset of one byte; UTF-8 that was damaged is no accident.
    (written && !OF_MORE_BYTES.test(written) ? firstThatFits(bytes, ['utf-8'], [readNearly]) : null) ??
    firstThatFits(bytes, [written === 'windows-1252' ? null : written], [decodeExactly]) ??
    firstThatFits(bytes, ['utf-8', written], [readNearly]) ??
    nearestJapanese(bytes, profile) ??
    firstThatFits(bytes, profile, [decodeExactly, readNearly]) ??
    (looksWestern(western.text) ? western : null)
  );
}

const OF_MORE_BYTES = /^(?:shift_jis|euc-|gb18030|big5|iso-2022|utf-|hz)/;

/** Charsets whose letters beyond ASCII are Latin too. */
const LATIN_LETTERS =
  /^(?:windows-125[0478]|iso-8859-(?:2|3|4|10|13|14|15|16)|cp(?:437|775|850|852|857|858|86[0135])|mac(?:croatian|iceland|romania|turkish|centeuro))$/;

/** Bytes of EUC-JP fit Shift_JIS as rows of half-width katakana, which nobody writes alone. */
function nearestJapanese(bytes: Buffer, profile: (string | null)[]): CharsetReading | null {
  if (!profile.includes('shift_jis') || !profile.includes('euc-jp')) return null;
  const asShifted = readNearly(bytes, 'shift_jis');
  const text = asShifted === null ? null : readNearly(bytes, 'euc-jp');
  if (asShifted === null || text === null) return null;
  const isShifted = countOf(asShifted, HALF_WIDTH) <= countOf(asShifted, FULL_WIDTH);
  return isShifted ? { text: asShifted, charset: 'shift_jis' } : { text, charset: 'euc-jp' };
}

const HALF_WIDTH = /[\uff61-\uff9f]/g;
const FULL_WIDTH = /[\u3000-\uff60]/g;
const countOf = (text: string, letters: RegExp): number => text.match(letters)?.length ?? 0;

/** ISO's charsets have controls where Windows' have letters and signs: any byte fits, and those are no text. */
function firstThatFits(
  bytes: Buffer,
  charsets: (string | null)[],
  ways: ((bytes: Buffer, charset: string) => string | null)[],
): CharsetReading | null {
  for (const read of ways) {
    for (const charset of new Set(charsets)) {
      const text = charset === null ? null : read(bytes, charset);
      if (text !== null && !(charset!.startsWith('iso-8859') && C1.test(text))) return { text, charset: charset! };
    }
  }
  return null;
}

/** Letters of UTF-8 that are no accident under another label: in Latin-1 already one is nobody's text (`Ã¼`), in charsets of two bytes a short word may fit both. */
function isSurelyUtf8(bytes: Buffer, charset: string): boolean {
  if (!isUtf8(bytes)) return false;
  const enough = /^(?:windows-1252|iso-8859-15)$/.test(charset)
    ? 1
    : /^(?:windows-125|iso-8859|koi8)/.test(charset)
      ? 3
      : 5;
  const text = bytes.toString('utf8');
  return (text.match(NOT_ASCII)?.length ?? 0) >= enough || (OF_EAST.test(charset) && hasWesternLettersAlone(text));
}

const NOT_ASCII = /[^\0-\x7f]/gu;

const OF_EAST = /^(?:gb18030|big5|euc-kr)$/;

/** What firmware calls by its maker's charset whatever its owner's language is, where it is set to one of Latin letters: words of the West and nothing else. */
function ownersLatin(bytes: Buffer, hints: CharsetHints): CharsetReading | null {
  const latin = profileCharsets(hints.charset).filter((own) => own === 'windows-1252' || LATIN_LETTERS.test(own));
  if (latin.length === 0 || !isWesternWords(decodeExactly(bytes, 'windows-1252')!)) return null;
  return firstThatFits(bytes, latin, [decodeExactly]);
}

/**
 * What programs call Latin-1 because they call everything so: bytes that are no Western text, and fit what the device is set to. Null where nothing speaks against the label.
 */
function ownersCharset(bytes: Buffer, western: string, hints: CharsetHints): CharsetReading | null {
  if (!hints.charset) return null;
  const profile = profileCharsets(hints.charset).filter((own) => own !== 'windows-1252');
  const isLatin = LATIN_LETTERS.test(profile[0] ?? '');
  const beginning = western.slice(0, LOOK_BYTES);
  if (isLatin ? !isLatinElsewhere(beginning, profile[0]!) : looksWestern(western)) return null;
  if (isLatin) return firstThatFits(bytes, [ofCentralEurope(profile[0]!, bytes)], [decodeExactly]);
  return nearestJapanese(bytes, profile) ?? firstThatFits(bytes, profile, [decodeExactly]);
}

/** True for a text of Poland or its neighbours, or of Turkey, read by the charset of the West. */
function isLatinElsewhere(western: string, profile: string): boolean {
  return SIGN_IN_WORD.test(western) || (profile === 'windows-1254' && TURKISH.test(western));
}

/** No word of the West has one of these inside. */
const SIGN_IN_WORD = /\p{L}[¡-©«¬®-´¶¸¹»-¿]\p{L}/u;
/** Letters of Iceland, where Turkey has its own. */
const TURKISH = /[ÐÝÞðýþ]/;

/** The same for a header, where bytes must become some text: windows-1252, which never fails, is the last. */
export function decodeRaw(bytes: Buffer, hints: CharsetHints = {}): CharsetReading {
  return guessCharset(bytes, hints) ?? { text: decodeExactly(bytes, 'windows-1252')!, charset: 'windows-1252' };
}

/** One damaged character in this many bytes is a device's slip, not another charset. */
const BYTES_A_SLIP = 200;
const OTHERS_A_SLIP = 4;
const LOOK_BYTES = 4096;
const UNKNOWN = 0xfffd;

/** Bytes in a charset that they fit, or nearly everywhere: devices cut characters, and a sample may end inside one. Else null. */
function readNearly(bytes: Buffer, charset: string, othersASlip = OTHERS_A_SLIP): string | null {
  const exact = decodeExactly(bytes, charset);
  if (exact !== null) return exact;
  const cut = decodeExactly(bytes, charset, true);
  // A last byte of another charset looks like a cut character: what stands before must show that it is none.
  if (cut !== null && hasOthers(cut)) return cut;
  const start = bytes.findIndex((byte) => byte > 0x7f);
  // Bytes of another charset show it soon; decoding all of what does not fit is slow.
  if (start !== -1 && !isGood(decodeLoosely(bytes.subarray(start, start + LOOK_BYTES), charset), 1, LOOK_BYTES))
    return null;
  const text = decodeLoosely(bytes, charset);
  return isGood(text, othersASlip, bytes.length) || (charset === 'utf-8' && isUtf8ButOne(text)) ? text : null;
}

/** Three bytes each that are right for UTF-8, twice, are no accident beside a single slip: a file's name has no more letters. */
function isUtf8ButOne(text: string): boolean {
  return text.split('\ufffd', 3).length === 2 && (text.match(THREE_BYTES)?.length ?? 0) > 1;
}

const THREE_BYTES = /[\u0800-\ufffc]/g;

/** Few slips for what else is not ASCII: one for so many, or for each when they are rare. */
function isGood(text: string, othersASlip: number, bytes: number): boolean {
  let slips = 0;
  let others = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === UNKNOWN) slips += 1;
    else if (code > 0x7f) others += 1;
  }
  return others >= othersASlip * slips || (others >= slips && slips <= bytes / BYTES_A_SLIP);
}

/** True where a character is not ASCII. */
const hasOthers = (text: string): boolean => /[^\0-\x7f]/.test(text);

const HIGH_ROW = /[\x80-\uffff]{4}/;
const HIGH_RUN = /[\x80-\uffff]{1,3}/g;
const C1 = /[\x80-\x9f]/;

/** True for text of a Western language: letters beyond ASCII stand among ASCII's, never in rows, and no byte of it is undefined. */
export function looksWestern(text: string): boolean {
  if (C1.test(text) || HIGH_ROW.test(text)) return false;
  let letters = 0;
  let high = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) high += 1;
    else if ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) letters += 1;
  }
  return high <= letters + 2;
}

/** Letters of the West and the apostrophe inside words of ASCII, one or two at a time. In charsets of the East such bytes are rare letters, alone among others. */
const WESTERN_RUN = /^(?:[\xc0-\xff\u2019]|[\xdf-\xff]{2})$/;

/** True where no other charset that a device may be set to would write these bytes. */
function isWesternWords(text: string): boolean {
  let words = 0;
  let slips = 0;
  for (const { 0: run, index } of text.matchAll(HIGH_RUN)) {
    // One letter may be a word (`à`), two are none.
    const isWord =
      WESTERN_RUN.test(run) &&
      (run.length === 1 || /[A-Za-z]/.test((text[index - 1] ?? '') + (text[index + run.length] ?? '')));
    if (isWord) words += 1;
    else if (++slips > 1) return false;
  }
  return words >= slips * WORDS_A_SLIP;
}

/** Letters of the West beside which one byte was damaged. */
const WORDS_A_SLIP = 6;

function profileCharsets(profile: string | null | undefined): string[] {
  if (!profile) return [];
  const tag = profile.trim().toLowerCase().replaceAll('_', '-');
  const language = BY_LANGUAGE[tag] ?? BY_LANGUAGE[tag.split('-')[0]!];
  if (language) return language;
  const charset = canonicalCharset(profile);
  if (charset === null) return [];
  // A Japanese device's raw bytes are as often of the other charset.
  const isJapanese = ['shift_jis', 'euc-jp', 'iso-2022-jp'].includes(charset);
  return isJapanese ? [charset, ...BY_LANGUAGE.ja!.filter((other) => other !== charset)] : [charset];
}

function stripMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
