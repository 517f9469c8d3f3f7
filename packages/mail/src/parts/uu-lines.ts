/** Where uuencode begins, as it is looked for under its own label: some leave the name out. */
export function isUuBegin(line: string): boolean {
  return /^begin [0-7]{3,4} ?/.test(line);
}

/** The name on a line that begins a file in a text, one byte per character; null for any other line. */
export function uuFileName(line: string): string | null {
  return /^begin [0-7]{3,4} (\S.{0,199})$/.exec(line)?.[1]?.trimEnd() ?? null;
}

/** Blanks behind it, and bytes that a line end became on its way, change nothing. */
export const isUuEnd = (line: string): boolean => /^end[^!-~]*$/.test(line);
/** A row of no bytes stands before the end. */
export const isUuZero = (line: string): boolean => /^[` ]?[ \t]*$/.test(line);

const FULL_ROW = 77;
/** Blanks at the end of a full row get lost on the way; a sentence in capitals is no row. */
const FULL_ROW_LEFT = 45;

/** True for a row that says how long it is, and is. */
export function isUuRow(line: string): boolean {
  if (!/^[!-_][ -`]{2,86}$/.test(line)) return false;
  const first = line.charCodeAt(0);
  const bytes = first - 32;
  const length = line.length - 1;
  // One character more is some encoders' checksum.
  if (length > Math.ceil(bytes / 3) * 4 + 1) return false;
  return length >= Math.ceil((bytes * 4) / 3) || (first === FULL_ROW && length >= FULL_ROW_LEFT);
}

/** The bytes of a row. */
export function decodeUuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63;
  const bytes = Buffer.alloc(Math.ceil(length / 3) * 3);
  // Blanks at a line's end get lost on the way: they are zeros.
  const sextet = (at: number): number => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);
  for (let to = 0, at = 1; to < length; to += 3, at += 4) {
    const bits = (sextet(at) << 18) | (sextet(at + 1) << 12) | (sextet(at + 2) << 6) | sextet(at + 3);
    bytes[to] = bits >> 16;
    bytes[to + 1] = bits >> 8;
    bytes[to + 2] = bits;
  }
  return bytes.subarray(0, length);
}

/** A line without what ends it. */
export function withoutEnd(line: string): string {
  let stop = line.length;
  while (stop > 0 && (line[stop - 1] === '\n' || line[stop - 1] === '\r')) stop -= 1;
  return line.slice(0, stop);
}
