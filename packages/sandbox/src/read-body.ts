import type { Readable } from 'node:stream';

/** A client that goes on sending is listened to that far, so that it reads the answer instead of a reset. */
const DRAIN_BYTES = 64 * 1024 * 1024;

/** The body up to `limit` bytes; `isTooLarge` when there was more, which is read and thrown away. */
export async function readBody(stream: Readable, limit: number): Promise<{ bytes: Buffer; isTooLarge: boolean }> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (total > limit + DRAIN_BYTES) break;
  }
  return { bytes: total > limit ? Buffer.alloc(0) : Buffer.concat(chunks), isTooLarge: total > limit };
}
