/** More header than that is not read. */
const MAX_BYTES = 64 * 1024;
/** Behind the header: the first part's own, whose charset may be the subject's. */
const BODY_BYTES = 8 * 1024;
const CR = 0x0d;
const LF = 0x0a;

/** A mail's first bytes, as far as something is read out of them: its header, and a little of its body. Views, not copies. */
export class HeadBytes {
  #parts: Buffer[] = [];
  #length = 0;
  #isWhole = false;

  add(bytes: Buffer): void {
    if (this.#isWhole) return;
    const part = bytes.subarray(0, MAX_BYTES - this.#length);
    this.#parts.push(part);
    this.#length += part.length;
    this.#isWhole = this.#length >= MAX_BYTES || endsHeader(part);
  }

  all(): Buffer {
    return this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
  }
}

/** True when an empty line stands in these bytes, with enough behind it. Those before the first field end no header. */
function endsHeader(bytes: Buffer): boolean {
  let start = 0;
  while (bytes[start] === CR || bytes[start] === LF) start += 1;
  const ends = [bytes.indexOf('\n\r\n', start), bytes.indexOf('\n\n', start)].filter((at) => at >= 0);
  return ends.length > 0 && bytes.length - Math.min(...ends) >= BODY_BYTES;
}
