/** Lines that are looked at in one go: enough that the call costs little, few enough that one in vain does. */
const BLOCK_LINES = 128;
/** Shorter rows of lines are as quick one by one. */
const MIN_LINES = 16;
const DASH = 45;
const CR = 13;
const LF = 10;
/** Lines of base64 have 60, 72 or 76 characters; of longer ones there are few. */
const MAX_WIDTH = 160;
/** Nobody reads what is decoded here; its length is all that counts. */
const scratch = Buffer.allocUnsafe(BLOCK_LINES * MAX_WIDTH);

/**
 * The end of a row of lines of base64, all of `width` characters with their CRLF, none of which may be a delimiter; `at` where there is none. A picture has
 * thousands of them: where the line ends stand at their places, and what is beside them decodes to as many bytes as it must, no other CR, LF or NUL is in it.
 * Takes text of one byte per character.
 */
export function base64Run(text: string, at: number, width: number): number {
  if ((width - 2) % 4 !== 0 || width < 18 || width > MAX_WIDTH || !mayBeBase64(text, at, at + width - 2)) return at;
  let end = at;
  for (;;) {
    const stop = Math.min(text.length, end + width * BLOCK_LINES);
    let next = end;
    while (
      next + width <= stop &&
      text.charCodeAt(next + width - 1) === LF &&
      text.charCodeAt(next + width - 2) === CR &&
      text.charCodeAt(next) !== DASH
    )
      next += width;
    const lines = (next - end) / width;
    if (lines < MIN_LINES || decodedBytes(text.slice(end, next)) !== (lines * (width - 2) * 3) / 4) return end;
    end = next;
    if (lines < BLOCK_LINES) return end;
  }
}

/** Tells prose soon, which lines of one length may be too. */
function mayBeBase64(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!(text.charCodeAt(at) > 42)) return false;
  return true;
}

/** Of characters that are none of base64 the decoder takes no notice, or it stops there: the count is smaller then. */
const decodedBytes = (text: string): number => scratch.write(text, 'base64');
