/** Bytes of a line of 76 characters (RFC 2045 section 6.8). */
const LINE_BYTES = 57;

/** Bytes of `bytes` bytes in such lines. */
export function base64Lines(bytes: number): number {
  return Math.ceil(bytes / 3) * 4 + 2 * Math.max(0, Math.ceil(bytes / LINE_BYTES) - 1);
}

export interface Base64Writer {
  push(bytes: Buffer): void;
  end(): void;
}

/** Writes bytes as base64 in lines of 76 characters; the last one has no end. */
export function createBase64Writer(write: (text: string) => void): Base64Writer {
  let waiting = Buffer.alloc(0);
  let isFirst = true;
  const writeLines = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    const lines = bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
    write(isFirst ? lines : `\r\n${lines}`);
    isFirst = false;
  };
  return {
    push(bytes) {
      const all = waiting.length ? Buffer.concat([waiting, bytes]) : bytes;
      const whole = all.length - (all.length % LINE_BYTES);
      // Copied: a small rest would keep the whole chunk.
      waiting = Buffer.from(all.subarray(whole));
      writeLines(all.subarray(0, whole));
    },
    end() {
      writeLines(waiting);
      waiting = Buffer.alloc(0);
    },
  };
}
