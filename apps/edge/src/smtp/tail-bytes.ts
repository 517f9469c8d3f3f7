/** A boundary has 70 characters at most; some devices write more, and blank lines behind it. */
const LENGTH = 256;
const NOTHING = Buffer.alloc(0);

/** The last bytes of a mail, in whatever pieces they come. Copies: a piece must not be kept for the sake of its end. */
export class TailBytes {
  #bytes: Buffer = NOTHING;

  add(bytes: Buffer): void {
    const whole = bytes.length < LENGTH ? Buffer.concat([this.#bytes, bytes]) : bytes;
    this.#bytes = Buffer.from(whole.subarray(-LENGTH));
  }

  /** True when nothing but blanks follows that line. */
  endsWithLine(line: string): boolean {
    const text = this.#bytes.toString('latin1').trimEnd();
    return text.endsWith(line) && text.at(-line.length - 1) === '\n';
  }
}
