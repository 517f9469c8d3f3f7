import type { LinePiece } from './mail-lines.ts';

/** RFC 2045, 6.7: 76 characters with the soft break's "=". */
const MAX_COLUMN = 75;

/** A line, or a piece of one, in quoted-printable; `column` is where the piece before it ended. */
export function quotePiece({ bytes, isEnd }: LinePiece, column: number): { text: string; column: number } {
  const ending = isEnd ? (bytes.at(-2) === 13 ? 2 : 1) : 0;
  const content = bytes.subarray(0, bytes.length - ending);
  let at = column;
  let text = '';
  for (const [index, byte] of content.entries()) {
    // A blank at the end of a line would be lost; at the end of a piece it may be one.
    const isLast = index === content.length - 1;
    const isBlank = byte === 32 || byte === 9;
    const isPlain = (byte > 32 && byte < 127 && byte !== 61) || (isBlank && !isLast);
    const token = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (at + token.length > MAX_COLUMN) {
      text += '=\r\n';
      at = 0;
    }
    text += token;
    at += token.length;
  }
  return ending ? { text: `${text}\r\n`, column: 0 } : { text, column: at };
}
