import { isAscii } from 'node:buffer';

/** Bytes of a header that is read at once: a camera's has 600, one that went through Exchange 6,000. */
const MAX_HEADER = 8 * 1024;
/** Characters of it that open or part something. With 8 KB full of the worst of them the costliest reader takes half a millisecond. */
const MAX_MARKS = 512;
const MARKS = new Set(Buffer.from('"(),:;<>@\\=?'));
const BLANKS = new Set(Buffer.from('\t\r\n'));
/** 0: in no harmless header; 1: plain; 2: a mark. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  MARKS.has(byte) ? 2 : BLANKS.has(byte) || (byte >= 0x20 && byte < 0x7f) ? 1 : 0,
);
const LF = 10;
const CR = 13;
const ESC = 0x1b;

/**
 * True for a mail whose reading costs next to nothing whatever it says: a short header of plain ASCII with few marks, and nothing in the
 * beginning of its body that a charset must be guessed for. Linear and short itself: it looks at 8 KB and asks once whether the rest is ASCII.
 * What is not harmless may be a good mail; it is read where it can harm nobody. `beginning`: 64 KB, or all of a shorter mail.
 */
export function isHarmless(beginning: Buffer): boolean {
  return hasPlainHeader(beginning) && isAscii(beginning) && !beginning.includes(ESC);
}

function hasPlainHeader(bytes: Buffer): boolean {
  let marks = 0;
  let lineStart = 0;
  const end = Math.min(bytes.length, MAX_HEADER);
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === LF) {
      if (at === lineStart || (at === lineStart + 1 && bytes[lineStart] === CR)) return true;
      lineStart = at + 1;
      continue;
    }
    const kind = KINDS[byte]!;
    if (kind === 0) return false;
    if (kind === 2 && ++marks > MAX_MARKS) return false;
  }
  return false;
}
