import type { Duplex } from 'node:stream';

/** What a client says: lines, and a mail up to its end mark. */
export interface LineReader {
  /** Without its end; undefined when the client is gone, or says a line without an end. */
  line(): Promise<string | undefined>;
  /** A mail as it was before its lines were given dots; `too_large` is read to its end as well. */
  mail(maxBytes: number): Promise<Buffer | 'too_large' | undefined>;
  /** Stops listening, for TLS to begin on the same line; what was said ahead of it is forgotten, as RFC 3207 wants it. */
  release(): void;
}

/** A token of Entra's is some kilobytes of a line. */
const MAX_LINE_BYTES = 32 * 1024;
const END = Buffer.from('\r\n.\r\n');

export function readLines(socket: Duplex): LineReader {
  let waiting: Buffer[] = [];
  let isOver = false;
  let wake = (): void => {};
  const onData = (chunk: Buffer): void => {
    waiting.push(chunk);
    wake();
  };
  const onEnd = (): void => {
    isOver = true;
    wake();
  };
  socket.on('data', onData).on('end', onEnd).on('close', onEnd);

  const next = async (): Promise<Buffer | undefined> => {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk || isOver) return chunk;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  return {
    async line() {
      let held = Buffer.alloc(0);
      for (;;) {
        const chunk = await next();
        if (!chunk) return undefined;
        held = Buffer.concat([held, chunk]);
        const end = held.indexOf(10);
        if (end < 0 && held.length > MAX_LINE_BYTES) return undefined;
        if (end < 0) continue;
        if (end + 1 < held.length) waiting.unshift(held.subarray(end + 1));
        return held.toString('utf8', 0, end).replace(/\r$/, '');
      }
    },
    async mail(maxBytes) {
      // The line of DATA ended with the first half of what may be the end mark.
      let kept: Buffer[] = [END.subarray(0, 2)];
      let size = 2;
      let tail: Buffer = kept[0]!;
      let isTooLarge = false;
      for (;;) {
        const chunk = await next();
        if (!chunk) return undefined;
        const seen = Buffer.concat([tail, chunk]);
        const end = seen.indexOf(END);
        if (end >= 0) {
          const rest = seen.subarray(end + END.length);
          if (rest.length) waiting.unshift(rest);
          if (isTooLarge || size > maxBytes) return 'too_large';
          const all = Buffer.concat([...kept, chunk]);
          return withoutDots(all.subarray(2, size - tail.length + end + 2));
        }
        kept.push(chunk);
        size += chunk.length;
        tail = seen.subarray(-(END.length - 1));
        if (size <= maxBytes) continue;
        isTooLarge = true;
        kept = [];
      }
    },
    release() {
      waiting = [];
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      isOver = true;
      wake();
    },
  };
}

function withoutDots(bytes: Buffer): Buffer {
  if (bytes[0] !== 46 && !bytes.includes('\n.')) return bytes;
  return Buffer.from(bytes.toString('latin1').replace(/(^|\n)\./g, '$1'), 'latin1');
}
