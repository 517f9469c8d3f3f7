import { readAt, writeAll } from './durable-files.ts';
import { erasedStart, HEADER_BYTES, isStartOf, LENGTH_BYTES } from './journal/record.ts';

/** Before a ciphertext: its record's header and head, of a mail to a few. */
const LOOKED_BACK = 4096;

/**
 * Overwrites the small record whose ciphertext lies at `cipherOffset`, sealed key first: a scan passes over what is left. Does nothing where no such
 * record is, so that a wrong place destroys nobody's mail. Not synced.
 */
export async function eraseRecord(fd: number, cipherOffset: number, cipherLength: number): Promise<void> {
  if (cipherOffset < HEADER_BYTES + LENGTH_BYTES) return;
  // Each trip to the disk's threads and back costs more than what is read by it.
  const from = Math.max(0, cipherOffset - LOOKED_BACK);
  const before = await readBytes(fd, from, cipherOffset - from);
  if (before.length < cipherOffset - from) return;
  const headLength = before.readUInt32BE(before.length - LENGTH_BYTES);
  const start = cipherOffset - headLength - HEADER_BYTES;
  if (start < 0) return;
  const header =
    start >= from ? before.subarray(start - from).subarray(0, HEADER_BYTES) : await readBytes(fd, start, HEADER_BYTES);
  if (!isStartOf(header, headLength, cipherLength)) return;
  await writeAll(fd, [erasedStart(header), Buffer.alloc(cipherLength)], start);
}

async function readBytes(fd: number, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await readAt(fd, Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}
