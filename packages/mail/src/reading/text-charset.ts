import { isAscii } from 'node:buffer';
import { type CharsetHints, decodeRaw, hasJisShift, isAsciiLabel, tryDecode } from './charset.ts';
import { canonicalCharset, saysNothing } from './charset-labels.ts';
import { decodeQuoted } from './encoded-word.ts';
import { type ParamValue, paramOf, parseParams } from './header-params.ts';
import { findField, type ScannedHeader, unfold } from './header-scan.ts';

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

/** The bytes that a sample of a single-part body stands for, or null for an encoding that is not ours to read. */
export function decodeSample(sample: Buffer, encoding: string): Buffer | null {
  if (['', '7bit', '8bit', 'binary'].includes(encoding)) return sample;
  if (encoding === 'base64') return Buffer.from(sample.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return decodeQuoted(sample.toString('latin1').replace(/=\r?\n/g, ''));
  return null;
}

/**
 * The label that a single-part text should carry, or null to leave what it has (M7). `sample` is the decoded beginning of the body.
 * A label that fits the bytes stays; gb2312 becomes the set that its devices really write.
 */
export function repairedCharset(type: ParamValue | null, sample: Buffer, hints: CharsetHints): string | null {
  if (type && !/^text(\/|$)/.test(type.value)) return null;
  const label = paramOf(type, 'charset')?.trim();
  const isJis = hasJisShift(sample);
  if (!isJis && isAscii(sample)) return label === '' ? 'us-ascii' : null;
  const guess = () => decodeRaw(sample, hints, true).charset;
  if (!label || saysNothing(label)) return guess();
  if (/^utf-?16/i.test(label)) return null;
  const charset = canonicalCharset(label);
  if (isJis && charset !== 'iso-2022-jp') return guess();
  // A charset that we cannot read is right, not a reason to guess.
  if (charset === null) return null;
  if (isAsciiLabel(label) || !fitsNearly(sample, label)) return guess();
  if (charset === 'gb18030') return /^gb18030$/i.test(label) ? null : 'gb18030';
  if (charset === 'shift_jis' && !/31j|932/i.test(label) && hasVendorKanji(sample)) return 'windows-31j';
  return null;
}

/** One damaged character in this many bytes is a device's slip, not another charset. */
const BYTES_A_SLIP = 200;

/** True when a label fits, or nearly everywhere: devices cut characters, also the sample may begin or end inside one. */
function fitsNearly(sample: Buffer, label: string): boolean {
  if (tryDecode(sample, label, true) !== null) return true;
  const text = new TextDecoder(canonicalCharset(label)!).decode(sample);
  const slips = text.split('\ufffd').length - 1;
  // A short text may have one, when it has more that reads well.
  const other = text.replace(/[\0-\x7f\ufffd]/g, '').length;
  return slips <= Math.max(other >= 4 * slips ? 1 : 0, sample.length / BYTES_A_SLIP) && other >= slips;
}

/** NEC and IBM rows of windows-31j (①, ㈱, 髙), which strict Shift_JIS decoders refuse. */
function hasVendorKanji(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead === 0x87 || lead === 0xed || lead === 0xee || (lead >= 0xfa && lead <= 0xfc)) return true;
    if ((lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xfc)) at += 1;
  }
  return false;
}
