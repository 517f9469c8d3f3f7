import { open } from 'node:fs/promises';
import { type FoundRecord, HEADER_BYTES, LENGTH_BYTES, scanRecords } from './record.ts';

/** No head is longer: an envelope of a few thousand recipients. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The record at the end of a large mail's file, which makes the file all that is needed of the mail; undefined for one of an earlier version, which is
 * ciphertext only. @throws what the disk says
 */
export async function readTrailer(path: string): Promise<FoundRecord | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < HEADER_BYTES + LENGTH_BYTES) return undefined;
    const { buffer: end } = await file.read(Buffer.alloc(LENGTH_BYTES), 0, LENGTH_BYTES, size - LENGTH_BYTES);
    const length = HEADER_BYTES + end.readUInt32BE(0);
    if (length > Math.min(size, MAX_BYTES)) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const [record] = scanRecords(buffer.subarray(0, bytesRead)).records;
    return record?.bytes.length === length && record.cipherLength === size - length ? record : undefined;
  } finally {
    await file.close();
  }
}
