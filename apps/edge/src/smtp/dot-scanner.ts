const DOT = 0x2e;
const LF = 0x0a;
const CR = 0x0d;
const LF_DOT = Buffer.from('\n.');
const HELD_DOT = Buffer.from('.');
const HELD_DOT_CR = Buffer.from('.\r');

/**
 * Finds the end of a DATA phase and takes the doubled dots out (RFC 5321, 4.5.2; facts, devices D6).
 * Only CRLF . CRLF ends it, wherever the chunks are cut; a lone LF or CR beside the dot never does (smuggling).
 * Content comes out as the bytes that came in: an undoubled dot is kept, of `..` at the start of a line one is dropped.
 */
export class DotScanner {
  #emit: (bytes: Buffer) => void;
  /** The two bytes before the next one; DATA begins as if after CRLF. */
  #last = LF;
  #beforeLast = CR;
  /** A dot at the start of a line, or that and a CR, not yet decided because the chunk ended there. */
  #held: 'nothing' | 'dot' | 'dot-cr' = 'nothing';
  #heldIsStrict = false;

  constructor(emit: (bytes: Buffer) => void) {
    this.#emit = emit;
  }

  get #isHolding(): boolean {
    return this.#held !== 'nothing';
  }

  /** Takes the next chunk. Returns the index of the first byte behind the end mark, or -1 while the data goes on. */
  push(chunk: Buffer): number {
    if (chunk.length === 0) return -1;
    let from = 0;
    if (this.#isHolding) {
      const end = this.#decideHeld(chunk);
      if (end >= 0 || this.#isHolding) return end;
    } else if (this.#last === LF && chunk[0] === DOT) {
      const next = this.#atDot(chunk, 0, this.#beforeLast === CR);
      if (next.isEnd) return next.index;
      from = next.index;
      if (this.#isHolding) return -1;
    }
    return this.#scan(chunk, from);
  }

  #scan(chunk: Buffer, start: number): number {
    let from = start;
    let search = start;
    for (;;) {
      const lf = chunk.indexOf(LF_DOT, search);
      if (lf < 0) break;
      const isStrict = (lf === 0 ? this.#last : chunk[lf - 1]) === CR;
      const next = this.#atDot(chunk, lf + 1, isStrict);
      if (next.isEnd || this.#isHolding || next.index > lf + 1) {
        this.#out(chunk.subarray(from, lf + 1));
        if (next.isEnd) return next.index;
        if (this.#isHolding) return -1;
        from = next.index;
      }
      search = lf + 2;
    }
    this.#out(chunk.subarray(from));
    return -1;
  }

  /** A dot that begins a line, at `index`. Says where content goes on: at the dot, or behind it when it was a doubled one. */
  #atDot(chunk: Buffer, index: number, isStrict: boolean): { index: number; isEnd: boolean } {
    const next = chunk[index + 1];
    if (next === undefined) {
      this.#held = 'dot';
      this.#heldIsStrict = isStrict;
    } else if (next === DOT) {
      return { index: index + 1, isEnd: false };
    } else if (next === CR && isStrict) {
      const afterCr = chunk[index + 2];
      if (afterCr === LF) return { index: index + 3, isEnd: true };
      if (afterCr === undefined) this.#held = 'dot-cr';
    }
    return { index, isEnd: false };
  }

  /** The first byte after a held dot. Returns the end index, or -1; what was held is out, or held on. */
  #decideHeld(chunk: Buffer): number {
    const first = chunk[0];
    if (this.#held === 'dot-cr') {
      this.#held = 'nothing';
      if (first === LF) return 1;
      this.#out(HELD_DOT_CR);
      return -1;
    }
    this.#held = 'nothing';
    if (first === DOT) {
      // Of a doubled dot the first one is dropped; the second one is content and begins no line of its own.
      this.#last = DOT;
      return -1;
    }
    if (first === CR && this.#heldIsStrict) {
      if (chunk[1] === LF) return 2;
      if (chunk.length === 1) {
        this.#held = 'dot-cr';
        return -1;
      }
    }
    this.#out(HELD_DOT);
    return -1;
  }

  #out(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#beforeLast = bytes.length > 1 ? bytes[bytes.length - 2]! : this.#last;
    this.#last = bytes[bytes.length - 1]!;
    this.#emit(bytes);
  }
}
