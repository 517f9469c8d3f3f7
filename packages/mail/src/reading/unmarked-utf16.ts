/** So much of a text shows it. */
const LOOK_BYTES = 8192;
/** Fewer bytes without a line end are no text that a guess should be made from. */
const MIN_BYTES = 16;
/** A line end alone has two; one is a byte that was damaged on the way. */
const MIN_ZEROS = 2;
/** Of a Western text's units so many are ASCII, whose other byte is 0. */
const ASCII_PART = 0.4;
/** In plain ASCII read as UTF-16 nearly every unit is two of its characters; of one in a language of the East few are. */
const PAIR_PART = 0.35;

/**
 * `utf-16le` or `utf-16be` where bytes without a mark can be nothing else, or null: zeros stand at one place of each pair, as the other half of ASCII's characters, and what is
 * read so are letters that are in use.
 */
export function unmarkedUtf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const look = bytes.subarray(0, Math.min(bytes.length - (bytes.length % 2), LOOK_BYTES));
  const isWide = [true, false].some((little) => hasWideLineEnd(look, little));
  if (look.length < MIN_BYTES && !isWide) return null;
  const zeros = [0, 0];
  let pairs = 0;
  for (let at = 0; at < look.length; at += 2) {
    const [first, second] = [look[at]!, look[at + 1]!];
    if (first === 0) zeros[0]! += 1;
    if (second === 0) zeros[1]! += 1;
    if (isPrintable(first) && isPrintable(second)) pairs += 1;
  }
  const isLittle = zeros[0]! < zeros[1]!;
  const [few, many] = isLittle ? [zeros[0]!, zeros[1]!] : [zeros[1]!, zeros[0]!];
  // A letter of the East may be a multiple of 256 (관).
  if (many < MIN_ZEROS || few > many / 2) return null;
  const units = look.length / 2;
  const ascii = many / units;
  if (ascii < ASCII_PART && pairs / units > PAIR_PART && !hasWideLineEnd(look, isLittle)) return null;
  return isInUse(look, isLittle) ? (isLittle ? 'utf-16le' : 'utf-16be') : null;
}

/** A line end of two units, which no text of single bytes has; Japan's kana are pairs of ASCII's characters. */
function hasWideLineEnd(bytes: Buffer, isLittle: boolean): boolean {
  const at = bytes.indexOf(isLittle ? '\r\0\n\0' : '\0\r\0\n', 0, 'latin1');
  return at !== -1 && at % 2 === 0;
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** No control but tab and line ends, no surrogate alone, nothing private or unassigned; the last unit may be half of a pair. */
function isInUse(bytes: Buffer, isLittle: boolean): boolean {
  let text = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(bytes);
  // What the transport added behind the last unit, or a cut pair.
  text = text.replace(/[\ufffd\u0a0d\u0d0a]$/, '');
  return text !== '' && !UNUSED.test(text);
}

/** All of \p{C} but these and what formats text. */
const UNUSED = /[^\P{C}\t\r\n\p{Cf}]|\ufffd/u;
