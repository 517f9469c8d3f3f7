import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { unshiftChinese, unshiftKorean } from './shifted-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins the shifts of ISO-2022-JP
const IDLE_SHIFT = /\x1b(?:\$[B@]|\([BJI])(?=\x1b)/g;
const UNKNOWN = '\ufffd';
/**
 * What devices mean by labels that TextDecoder reads by a smaller set than they write: it gives controls and private letters for syllables of Korean Windows
 * (Unified Hangul Code) and for Hong Kong's characters.
 */
const WIDER: Record<string, string> = { 'euc-kr': 'cp949', big5: 'big5hkscs' };
const BEYOND = /[\x80-\x9f\ue000-\uf8ff\ufffd]/;

/** Charsets of seven bits, which are written with letters that TextDecoder knows in eight. */
const SHIFTED: Record<string, { unshift: (bytes: Buffer) => Buffer; charset: string }> = {
  'iso-2022-kr': { unshift: unshiftKorean, charset: 'euc-kr' },
  'hz-gb-2312': { unshift: unshiftChinese, charset: 'gb18030' },
};
const isSevenBit = (charset: string): boolean => charset === 'utf-7' || Object.hasOwn(SHIFTED, charset);
const load = createRequire(import.meta.url);
let tables: typeof import('iconv-lite') | undefined;
/** What TextDecoder lacks and iconv-lite has, which is loaded when the first such mail comes: most processes never see one. */
const BY_TABLE =
  /^(?:cp\d+|mac(?:centeuro|croatian|greek|iceland|romania|thai|turkish)|koi8-t|armscii8|viscii|tcvn|pt154|rk1048|hproman8|utf-7)$/;

/** Bytes as text by a name of `canonicalCharset`, or null when one of them does not fit. `isCut`: the last character may be incomplete, and is left out. */
export function decodeExactly(bytes: Buffer, charset: string, isCut = false): string | null {
  const text = decode(bytes, charset, true, isCut);
  return text === null || (BY_TABLE.test(charset) && text.includes(UNKNOWN)) ? null : text;
}

/** The same with U+FFFD for what does not fit. A damaged byte among seven-bit letters is one slip: what stands before and behind it is read. */
export function decodeLoosely(bytes: Buffer, charset: string): string {
  if (isSevenBit(charset) && !isAscii(bytes)) {
    const pieces = bytes.toString('latin1').split(/[\x80-\xff]/);
    return pieces.map((piece) => decodeLoosely(Buffer.from(piece, 'latin1'), charset)).join(UNKNOWN);
  }
  return decode(bytes, charset, false, false) ?? bytes.toString('latin1').replace(/[\x80-\xff]/g, UNKNOWN);
}

function decode(bytes: Buffer, charset: string, isExact: boolean, isCut: boolean): string | null {
  // With eight bits it is something else, or damaged.
  if (isSevenBit(charset) && !isAscii(bytes)) return null;
  if (BY_TABLE.test(charset)) return decodeByTable(bytes, charset, false);
  // Told without throwing, which costs as much as reading some kilobytes.
  if (charset === 'utf-8' && isExact && !isCut && !isUtf8(bytes)) return null;
  const text = decodeByPlatform(bytes, charset, isExact, isCut);
  const wider = WIDER[charset];
  if (wider === undefined || (text !== null && !BEYOND.test(text))) return text;
  const wide = decodeByTable(bytes, wider, isCut);
  if (!wide.includes(UNKNOWN)) return wide;
  if (isExact) return text === null || C1.test(text) ? null : text;
  return text !== null && damageOf(text) <= damageOf(wide) ? text : wide;
}

const C1 = /[\x80-\x9f]/;
const damageOf = (text: string): number => text.match(/[\x80-\x9f\ufffd]/g)?.length ?? 0;

function decodeByPlatform(bytes: Buffer, charset: string, isExact: boolean, isCut: boolean): string | null {
  const shifted = SHIFTED[charset];
  try {
    const decoder = decoderOf(shifted?.charset ?? charset, isExact, isCut);
    return decoder.decode(shifted?.unshift(bytes) ?? withoutIdleShifts(bytes, charset), { stream: isCut });
  } catch {
    return null;
  }
}

function decodeByTable(bytes: Buffer, charset: string, isCut: boolean): string {
  tables ??= load('iconv-lite') as typeof import('iconv-lite');
  const decoder = tables.getDecoder(charset);
  return decoder.write(bytes) + (isCut ? '' : (decoder.end() ?? ''));
}

type Decoder = InstanceType<typeof TextDecoder>;
/** By charset and strictness; as many as there are charsets. */
const decoders = new Map<string, Decoder>();

/** Making one takes longer than most texts that it reads. One that is left inside a character (`isCut`) is nobody else's. */
function decoderOf(charset: string, isExact: boolean, isCut: boolean): Decoder {
  if (isCut) return new TextDecoder(charset, { fatal: isExact });
  const key = `${charset} ${isExact}`;
  const known = decoders.get(key);
  if (known) return known;
  const made = new TextDecoder(charset, { fatal: isExact });
  decoders.set(key, made);
  return made;
}

/** A shift followed by a shift (joined encoded words) is an error to the decoder, and harmless. */
function withoutIdleShifts(bytes: Buffer, charset: string): Buffer {
  if (charset !== 'iso-2022-jp') return bytes;
  const text = bytes.toString('latin1').replace(KANA, '\x1b(I$1\x1b(B');
  return Buffer.from(withMeantEnds(text).replace(IDLE_SHIFT, ''), 'latin1');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: SO and SI shift to katakana and back in JIS X 0201
const KANA = /\x0e([!-_ ]*)\x0f/g;

/** The shift back to ASCII as it was before its second byte was damaged: without it all that follows would be read in pairs. */
function withMeantEnds(text: string): string {
  // Nearly no text has one, and one of nothing but shifts costs twenty thousand calls.
  if (!DAMAGED_END.test(text)) return text;
  let isInPairs = false;
  return text.replace(SHIFT, (found, pairs: string | undefined, single: string | undefined) => {
    const isMeantEnd = isInPairs && pairs === undefined && single === undefined;
    isInPairs = pairs !== undefined;
    return isMeantEnd ? `\x1b(${found.at(-1)}` : found;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins the shifts of ISO-2022-JP
const SHIFT = /\x1b(?:(\$[B@])|(\([BJI])|[^$(][BJ])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const DAMAGED_END = /\x1b[^$(][BJ]/;
