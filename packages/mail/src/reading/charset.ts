import { isUtf8 } from 'node:buffer';
import { canonicalCharset } from './charset-labels.ts';

/** What is known beside the bytes themselves. */
export interface CharsetHints {
  /** The device's profile: a charset label or a language (`ja`, `zh`, `zh-tw`, `ko`). */
  charset?: string | null | undefined;
  /** Charset label of the mail's first text part. */
  textCharset?: string | null | undefined;
}

const BY_LANGUAGE: Record<string, string[]> = {
  ja: ['shift_jis', 'euc-jp'],
  zh: ['gb18030'],
  'zh-tw': ['big5', 'gb18030'],
  ko: ['euc-kr'],
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins the shifts of ISO-2022-JP
const JIS_SHIFT = /\x1b(?:\$[B@]|\([JI])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const IDLE_SHIFT = /\x1b(?:\$[B@]|\([BJI])(?=\x1b)/g;

/** True when the bytes shift as ISO-2022-JP does. They are also valid UTF-8, so this is asked first. */
export function hasJisShift(bytes: Buffer): boolean {
  return bytes.includes(0x1b) && JIS_SHIFT.test(bytes.toString('latin1'));
}

/** True for labels of plain ASCII: TextDecoder takes them for windows-1252, which takes anything. */
export function isAsciiLabel(label: string): boolean {
  return /^\s*(us-)?ascii\s*$/i.test(label);
}

/** The text, or null when the label is unknown or the bytes do not fit. `isCut`: the last character may be incomplete. */
export function tryDecode(bytes: Buffer, label: string, isCut = false): string | null {
  const charset = canonicalCharset(label);
  if (charset === null) return null;
  // A shift followed by a shift (joined encoded words) is an error to the decoder, and harmless.
  const input =
    charset === 'iso-2022-jp' ? Buffer.from(bytes.toString('latin1').replace(IDLE_SHIFT, ''), 'latin1') : bytes;
  try {
    return new TextDecoder(charset, { fatal: true }).decode(input, { stream: isCut });
  } catch {
    return null;
  }
}

/**
 * Unlabelled bytes as text, in this order: ISO-2022-JP shifts, UTF-8, the first text part's charset, the device's profile, windows-1252.
 * Beyond UTF-8 it is a guess, so the profile counts: the same bytes are often valid in three charsets.
 */
export function decodeRaw(bytes: Buffer, hints: CharsetHints = {}, isCut = false): { text: string; charset: string } {
  if (hasJisShift(bytes)) {
    const text = tryDecode(bytes, 'iso-2022-jp', isCut);
    if (text !== null) return { text, charset: 'iso-2022-jp' };
  }
  if (isUtf8(bytes)) return { text: stripMark(bytes.toString('utf8')), charset: 'utf-8' };
  const label = hints.textCharset ?? '';
  const guesses = [
    isCut ? 'utf-8' : '',
    isAsciiLabel(label) ? '' : label,
    ...profileCharsets(hints.charset),
    'windows-1252',
  ];
  for (const guess of guesses) {
    const text = guess ? tryDecode(bytes, guess, isCut) : null;
    if (text !== null) return { text, charset: canonicalCharset(guess)! };
  }
  return { text: bytes.toString('latin1'), charset: 'windows-1252' };
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
