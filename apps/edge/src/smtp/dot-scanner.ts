const DOT = 0x2e;
const LF = 0x0a;
const CR = 0x0d;
const LF_DOT = Buffer.from('\n.');
const NOTHING = Buffer.alloc(0);

/**
 * Finds the end of a DATA phase and takes the doubled dots out (RFC 5321, 4.5.2; facts, devices D6).
 * Only CRLF . CRLF ends it by itself, wherever the chunks are cut; a lone LF or CR beside the dot never does (smuggling).
 * Content comes out as the bytes that came in: an undoubled dot is kept, of `..` at the start of a line one is dropped.
 */
export class DotScanner {
  #emit: (bytes: Buffer) => void;
  /** The two bytes before the next one; DATA begins as if after CRLF. */
  #last = LF;
  #beforeLast = CR;
  /** A dot at the start of a line and what may make an end mark of it, not yet decided because the chunk ended there: up to four bytes. */
  #held: Buffer = NOTHING;

  constructor(emit: (bytes: Buffer) => void) {
    this.#emit = emit;
  }

  /**
   * True while the last bytes are an end mark that is not strict: LF . LF, LF . CRLF or CRLF . LF (D2, D3), or either with CR CR LF, as a program writes them whose
   * own line ends are made CRLF once more. With the next byte they are content; whoever knows that none follows may leave it at that, and what came out so far is the mail.
   */
  get endsLoosely(): boolean {
    return this.#held.at(-1) === LF;
  }

  /** Takes the next chunk. Returns the index of the first byte behind the end mark, or -1 while the data goes on. */
  push(chunk: Buffer): number {
    if (chunk.length === 0) return -1;
    const held = this.#held;
    this.#held = NOTHING;
    const end = this.#scan(held.length ? Buffer.concat([held, chunk]) : chunk);
    return end === -1 ? -1 : end - held.length;
  }

  #scan(data: Buffer): number {
    let from = 0;
    let dot = this.#last === LF && data[0] === DOT ? 0 : lineDot(data, 0);
    for (; dot !== -1; dot = lineDot(data, dot + 1)) {
      if (data[dot + 1] === DOT) {
        this.#out(data.subarray(from, dot));
        from = dot + 1;
        // The second one begins no line of its own.
        continue;
      }
      const mark = this.#markAt(data, dot);
      if (mark === 'none') continue;
      this.#out(data.subarray(from, dot));
      if (mark === 'end') return dot + 3;
      this.#held = Buffer.from(data.subarray(dot));
      return -1;
    }
    this.#out(data.subarray(from));
    return -1;
  }

  /** What a dot at the start of a line is, by what follows it. `open`: the chunk ends before that is clear, or with a mark that is not strict. */
  #markAt(data: Buffer, dot: number): 'end' | 'open' | 'none' {
    const left = data.length - dot - 1;
    const [next, afterNext, third] = data.subarray(dot + 1, dot + 4);
    if (left === 0) return 'open';
    if (next === LF) return left === 1 ? 'open' : 'none';
    if (next !== CR) return 'none';
    if (left === 1) return 'open';
    if (afterNext === CR) return left === 2 || (left === 3 && third === LF) ? 'open' : 'none';
    if (afterNext !== LF) return 'none';
    if (this.#before(data, dot) === CR) return 'end';
    return left === 2 ? 'open' : 'none';
  }

  /** The byte before the LF before the dot. */
  #before(data: Buffer, dot: number): number {
    if (dot > 1) return data[dot - 2]!;
    return dot === 1 ? this.#last : this.#beforeLast;
  }

  #out(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#beforeLast = bytes.length > 1 ? bytes[bytes.length - 2]! : this.#last;
    this.#last = bytes[bytes.length - 1]!;
    this.#emit(bytes);
  }
}

/** Index of the next dot behind an LF, from there on; -1 when there is none. */
function lineDot(data: Buffer, from: number): number {
  const lf = data.indexOf(LF_DOT, from);
  return lf === -1 ? -1 : lf + 1;
}
