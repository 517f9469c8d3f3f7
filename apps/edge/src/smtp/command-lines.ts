/** Pipelined commands that are obeyed in one go; then other connections have their turn. */
const MAX_IN_A_ROW = 100;
const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Whoever reads the lines of a connection. */
export interface LineReader {
  /** Nothing more is to be read. */
  readonly isClosed: boolean;
  /** What comes next is no line. */
  readonly isReceiving: boolean;
  /** A line without its end; the next one comes after `resume`. The bytes are those of the chunk. */
  onLine(line: Buffer, resume: () => void): void;
}

type Done = (error: Error | null, rest: Buffer) => void;

/** Lines, found in the bytes as they came, whether they end with CR LF or LF (H7). */
export class CommandLines {
  #reader: LineReader;
  #maxBytes: number;
  /** Bytes came behind the line that was read last. */
  hasMore = false;
  /** The beginning of a line. */
  #begun: Buffer = NOTHING;

  constructor(reader: LineReader, maxBytes: number) {
    this.#reader = reader;
    this.#maxBytes = maxBytes;
  }

  /** Line by line, each after the answer to the one before. `done`: all are answered, and `rest` is no line's. An error: a line is too long. */
  push(chunk: Buffer, done: Done): void {
    const bytes = this.#begun.length ? Buffer.concat([this.#begun, chunk]) : chunk;
    this.#begun = NOTHING;
    let at = 0;
    let inARow = 0;
    let isBusy = false;
    let isAnswered = false;
    const resume = (): void => {
      isAnswered = true;
      if (!isBusy) work();
    };
    // A loop, since a chunk full of commands that are answered at once must not grow the stack.
    const work = (): void => {
      isBusy = true;
      try {
        while (isAnswered) {
          isAnswered = false;
          const { isClosed, isReceiving } = this.#reader;
          const line = isClosed || isReceiving ? null : this.#lineAt(bytes, at);
          if (line instanceof Error) done(line, NOTHING);
          else if (line === null) done(null, isReceiving && !isClosed ? bytes.subarray(at) : NOTHING);
          else if (++inARow > MAX_IN_A_ROW) {
            inARow = 0;
            setImmediate(resume);
          } else {
            at = line.end;
            this.hasMore = at < bytes.length;
            this.#reader.onLine(line.bytes, resume);
          }
        }
      } finally {
        isBusy = false;
      }
    };
    resume();
  }

  /** A line has begun and not ended. */
  get isInLine(): boolean {
    return this.#begun.length > 0;
  }

  /** What came of a line that never ended. */
  flush(): Buffer {
    const line = this.#begun;
    this.#begun = NOTHING;
    return line;
  }

  /** Null: it has not ended; its beginning is kept. */
  #lineAt(bytes: Buffer, at: number): { bytes: Buffer; end: number } | null | Error {
    const lf = bytes.indexOf(LF, at);
    const end = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf;
    const line = bytes.subarray(at, lf === -1 ? bytes.length : end);
    if (line.length > this.#maxBytes) return new Error('Command line too long');
    if (lf !== -1) return { bytes: line, end: lf + 1 };
    // A copy: a few bytes must not keep the chunk that they came in.
    this.#begun = line.length ? Buffer.from(line) : NOTHING;
    return null;
  }
}

/** Without NULs and CRs at both ends: some firmware sends a buffer whole, whatever is behind the text in it, and some makes CR CR LF of a line end. */
export function withoutPadding(line: Buffer): Buffer {
  let [from, to] = [0, line.length];
  while (from < to && isPadding(line[from]!)) from += 1;
  while (to > from && isPadding(line[to - 1]!)) to -= 1;
  return from === 0 && to === line.length ? line : line.subarray(from, to);
}

const isPadding = (byte: number): boolean => byte === 0 || byte === CR;
