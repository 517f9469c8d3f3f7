import { isAscii, isUtf8 } from 'node:buffer';
import { canonicalCharset, isAsciiLabel, saysNothing } from './charset-labels.ts';
import { decodeExactly, decodeLoosely } from './decode-charset.ts';

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
  if (charset !== 'iso-2022-jp' && hasJisShift(bytes)) {
    const text = readNearly(bytes, 'iso-2022-jp');
    if (text !== null) return { text, charset: 'iso-2022-jp' };
  }
  if (charset === null) return null;
  const isPlain = isAscii(bytes);
  if (isPlain || !isAsciiLabel(label)) {
    // Valid UTF-8 is no accident, and fits half of Shift_JIS nearly.
    const text = isUtf8(bytes) && !isPlain ? decodeExactly(bytes, charset) : readNearly(bytes, charset);
    if (text !== null) return { text, charset };
  }
  // Nothing to guess at in seven bits: the label knows more than we do.
  return isPlain ? null : guessCharset(bytes, hints, isAsciiLabel(label) ? null : charset);
}

/**
 * Unlabelled bytes as text: ISO-2022-JP shifts, UTF-8, the first text part's charset, the device's profile, the others of a language that a wrong label
 * named, windows-1252. Null when only the last is left and the bytes do not look like it. Beyond UTF-8 it is a guess, so the profile counts: the same
 * bytes are often valid in three charsets.
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
  const candidates = [
    'utf-8',
    isAsciiLabel(label) ? null : canonicalCharset(label),
    ...profileCharsets(hints.charset),
    ...(labelled ? profileCharsets(labelled) : []),
  ];
  const charsets = [...new Set(candidates)].filter((charset) => charset !== null);
  for (const read of [decodeExactly, readNearly]) {
    for (const charset of charsets) {
      const text = read(bytes, charset);
      if (text !== null) return { text, charset };
    }
  }
  const text = decodeExactly(bytes, 'windows-1252')!;
  return looksWestern(text) ? { text, charset: 'windows-1252' } : null;
}

/** The same for a header, where bytes must become some text: windows-1252, which never fails, is the last. */
export function decodeRaw(bytes: Buffer, hints: CharsetHints = {}): CharsetReading {
  return guessCharset(bytes, hints) ?? { text: decodeExactly(bytes, 'windows-1252')!, charset: 'windows-1252' };
}

/** One damaged character in this many bytes is a device's slip, not another charset. */
const BYTES_A_SLIP = 200;

/** Bytes in a charset that they fit, or nearly everywhere: devices cut characters, and a sample may end inside one. Else null. */
function readNearly(bytes: Buffer, charset: string): string | null {
  const exact = decodeExactly(bytes, charset);
  if (exact !== null) return exact;
  const cut = decodeExactly(bytes, charset, true);
  // A last byte of another charset looks like a cut character: what stands before must show that it is none.
  if (cut !== null && countOthers(cut) > 0) return cut;
  const text = decodeLoosely(bytes, charset);
  const slips = text.split('\ufffd').length - 1;
  const others = countOthers(text) - slips;
  return others >= 4 * slips || (others >= slips && slips <= bytes.length / BYTES_A_SLIP) ? text : null;
}

/** Characters that are not ASCII. */
function countOthers(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) count += 1;
  return count;
}

const HIGH_RUN = /[\x80-\uffff]{4}/;
const LETTER = /[A-Za-z]/g;
const C1 = /[\x80-\x9f]/;

/** True for text of a Western language: letters beyond ASCII stand among ASCII's, never in rows, and no byte of it is undefined. */
function looksWestern(text: string): boolean {
  if (C1.test(text) || HIGH_RUN.test(text)) return false;
  return countOthers(text) <= (text.match(LETTER)?.length ?? 0) + 2;
}

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
