/** Divisible by 3, so that a piece needs no padding; its base64 is 76 KiB, about what a socket takes at once. */
const PIECE_BYTES = 57 * 1024;

/** Length of `sizeBytes` in base64, padding included. */
export function base64Length(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 3) * 4;
}

/**
 * Base64 of a stream of `sizeBytes`, piece by piece: never more than one piece and a chunk in memory. By the size it knows the end, whose one or two odd bytes would
 * else be a piece, and a write, of their own.
 */
export async function* encodeBase64(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Buffer, void, void> {
  let rest = Buffer.alloc(0);
  let came = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    came += bytes.length;
    // At most two bytes wait; the third completes them, so the chunk itself is not copied.
    const missing = rest.length ? Math.min(3 - rest.length, bytes.length) : 0;
    if (missing) rest = Buffer.concat([rest, bytes.subarray(0, missing)]);
    if (rest.length === 3) {
      yield encode(rest);
      rest = Buffer.alloc(0);
    }
    const end = came === sizeBytes && rest.length === 0 ? bytes.length : bytes.length - ((bytes.length - missing) % 3);
    for (let start = missing; start < end; start += PIECE_BYTES) {
      yield encode(bytes.subarray(start, Math.min(start + PIECE_BYTES, end)));
    }
    if (end < bytes.length) rest = Buffer.from(bytes.subarray(end));
  }
  if (rest.length) yield encode(rest);
}

const encode = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('base64'), 'latin1');
