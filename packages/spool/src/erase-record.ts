import { read } from 'node:fs';
import { promisify } from 'node:util';
import { writeAll } from './durable-files.ts';
import { erasedStart, HEADER_BYTES, isStartOf, LENGTH_BYTES } from './journal/record.ts';

const readAt = promisify(read);

/**
 * Overwrites the small record whose ciphertext lies at `cipherOffset`, sealed key first: a scan passes over what is left. Does nothing where no such
 * record is, so that a wrong place destroys nobody's mail. Not synced.
 */
export async function eraseRecord(fd: number, cipherOffset: number, cipherLength: number): Promise<void> {
  if (cipherOffset < HEADER_BYTES + LENGTH_BYTES) return;
  const field = await readAt(fd, Buffer.alloc(LENGTH_BYTES), 0, LENGTH_BYTES, cipherOffset - LENGTH_BYTES);
  const headLength = field.buffer.readUInt32BE(0);
  const start = cipherOffset - headLength - HEADER_BYTES;
  if (start < 0) return;
  const { buffer: header } = await readAt(fd, Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, start);
  if (!isStartOf(header, headLength, cipherLength)) return;
  await writeAll(fd, [erasedStart(header)], start);
  await writeAll(fd, [Buffer.alloc(cipherLength)], cipherOffset);
}
