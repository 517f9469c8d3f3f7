const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const LF = 10;
const TILDE = 0x7e;

/** ISO-2022-KR (RFC 1557) as the EUC-KR that it is made of: between SO and SI each byte lacks its high bit. */
export function unshiftKorean(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let isShifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    // The announcement of the set, once at the beginning.
    if (byte === ESC && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29 && bytes[at + 3] === 0x43) at += 3;
    else if (byte === SHIFT_OUT) isShifted = true;
    else if (byte === SHIFT_IN) isShifted = false;
    else {
      if (byte === LF) isShifted = false;
      out[length++] = isShifted && byte > 0x20 && byte < 0x7f ? byte | 0x80 : byte;
    }
  }
  return out.subarray(0, length);
}

/** HZ (RFC 1843) as the GB 2312 that it is made of: the same between `~{` and `~}`. */
export function unshiftChinese(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let isShifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const next = byte === TILDE ? String.fromCharCode(bytes[at + 1] ?? 0) : '';
    if (next === '{' || next === '}') {
      isShifted = next === '{';
      at += 1;
    } else if (!isShifted && (next === '~' || next === '\n')) {
      if (next === '~') out[length++] = TILDE;
      at += 1;
    } else {
      if (byte === LF) isShifted = false;
      out[length++] = isShifted && byte > 0x20 && byte < 0x7f ? byte | 0x80 : byte;
    }
  }
  return out.subarray(0, length);
}

/** True where a text shifts as its charset of seven bits does; a damaged byte of eight in it does not make it another. */
export function isShifted(bytes: Buffer, charset: string): boolean {
  if (charset === 'iso-2022-kr') return bytes.includes('\x1b$)C');
  if (charset === 'utf-7') return UTF7_SHIFT.test(bytes.toString('latin1'));
  return charset === 'hz-gb-2312' && (bytes.includes('~{') || bytes.includes('~}'));
}

/** Two of them; a `+` stands in any text. */
const UTF7_SHIFT = /\+[A-Za-z0-9/]{2,40}-[^+]{0,400}\+[A-Za-z0-9/]{2,40}-/;
