/** A line of a mail, or a piece of an endless one. */
export interface LinePiece {
  bytes: Buffer;
  isStart: boolean;
  /** Ends with its line feed. */
  isEnd: boolean;
}

/** Longer lines come in pieces: a mail without line ends must not be held whole. */
const MAX_PIECE = 16 * 1024;

/** A mail's bytes by lines, with their line ends. */
export async function* mailLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<LinePiece, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let isStart = true;
  for await (const chunk of source) {
    let bytes = rest.length ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    for (;;) {
      const end = bytes.indexOf(10);
      if (end < 0 && bytes.length < MAX_PIECE) break;
      const isEnd = end >= 0 && end < MAX_PIECE;
      const length = isEnd ? end + 1 : MAX_PIECE;
      yield { bytes: bytes.subarray(0, length), isStart, isEnd };
      bytes = bytes.subarray(length);
      isStart = isEnd;
    }
    rest = bytes;
  }
  if (rest.length) yield { bytes: rest, isStart, isEnd: false };
}
