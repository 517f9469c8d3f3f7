import { readJisLine } from '../reading/jis-line.ts';
import { lineEndOf } from './line-text.ts';
import type { TransferDecoder } from './transfer-decoders.ts';

/** Longer lines come in pieces: a text without line ends must not be held whole. */
const MAX_LINE = 64 * 1024;

/** A text in ISO-2022-JP, as `within` undoes its transfer encoding, in UTF-8 with CRLF. */
export class JisTextDecoder implements TransferDecoder {
  readonly #within: TransferDecoder;
  #waiting = '';
  #shift = '';
  /** What waits is the rest of a line that was too long. */
  #isContinued = false;

  constructor(within: TransferDecoder) {
    this.#within = within;
  }

  push(text: string): Buffer {
    return this.#take(this.#within.push(text).toString('latin1'));
  }

  end(): Buffer {
    const last = this.#take(this.#within.end().toString('latin1'));
    const rest = this.#line(this.#waiting, '');
    this.#waiting = '';
    return Buffer.concat([last, Buffer.from(rest)]);
  }

  #take(text: string): Buffer {
    this.#waiting += text;
    let out = '';
    for (;;) {
      const feed = this.#waiting.indexOf('\n');
      if (feed !== -1 && feed <= MAX_LINE) {
        const stop = lineEndOf(this.#waiting, 0, feed + 1);
        out += this.#line(this.#waiting.slice(0, stop), '\r\n');
        this.#waiting = this.#waiting.slice(feed + 1);
      } else if (this.#waiting.length > MAX_LINE) {
        const stop = cutOf(this.#waiting);
        out += this.#line(this.#waiting.slice(0, stop), '');
        this.#waiting = this.#waiting.slice(stop);
      } else return Buffer.from(out);
    }
  }

  #line(line: string, end: string): string {
    if (line === '' && end === '') return '';
    const { text, shift } = readJisLine(line, this.#shift, this.#isContinued);
    this.#shift = shift;
    this.#isContinued = end === '';
    return text + end;
  }
}

/** Of the shift to pairs of JIS X 0208. */
const SHIFT_LENGTH = 3;

/** Where a line that is too long is cut: before a shift, or between two pairs. */
function cutOf(line: string): number {
  const shift = line.lastIndexOf('\x1b', MAX_LINE);
  const first = line.startsWith('\x1b') ? SHIFT_LENGTH : 0;
  return shift > 0 ? shift : MAX_LINE - (first % 2);
}
