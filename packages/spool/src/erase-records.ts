import { readAt, writeAll } from './durable-files.ts';
import { erasedStart, HEADER_BYTES, isStartOf, LENGTH_BYTES } from './journal/record.ts';
import type { Slice } from './store/slice.ts';

/** Before a ciphertext: its record's header and head, of a mail to a few. */
const LOOKED_BACK = 4096;
/** Ciphertexts that lie so close to each other are looked for together: each trip to the disk's threads and back costs more than what is read by it. */
const LOOKED_AT = 64 * 1024;

/**
 * Overwrites the small records whose ciphertexts lie there, sealed keys first: a scan passes over what is left. Does nothing where no such
 * record is, so that a wrong place destroys nobody's mail. Not synced.
 */
export async function eraseRecords(fd: number, ciphers: readonly Slice[]): Promise<void> {
  for (const group of closeTogether(ciphers)) {
    let run: { start: number; end: number; bytes: Buffer[] } | undefined;
    for (const record of await findRecords(fd, group)) {
      // Nothing but these records' own bytes is written: what lies between may be somebody's who lives.
      if (run && run.end !== record.start) await writeAll(fd, run.bytes, run.start);
      if (!run || run.end !== record.start) run = { start: record.start, end: record.start, bytes: [] };
      run.bytes.push(erasedStart(record.header), Buffer.alloc(record.cipherLength));
      run.end = record.end;
    }
    if (run) await writeAll(fd, run.bytes, run.start);
  }
}

/** In the order of their places. */
function closeTogether(ciphers: readonly Slice[]): Slice[][] {
  const groups: Slice[][] = [];
  for (const slice of ciphers.toSorted((a, b) => a.offset - b.offset)) {
    const group = groups.at(-1);
    if (group && slice.offset - group[0]!.offset <= LOOKED_AT) group.push(slice);
    else groups.push([slice]);
  }
  return groups;
}

interface PlacedRecord {
  header: Buffer;
  start: number;
  end: number;
  cipherLength: number;
}

/** The records of these ciphertexts, as far as they are there. */
async function findRecords(fd: number, ciphers: Slice[]): Promise<PlacedRecord[]> {
  const from = Math.max(0, ciphers[0]!.offset - LOOKED_BACK);
  const before = await readBytes(fd, from, ciphers.at(-1)!.offset - from);
  const found: PlacedRecord[] = [];
  for (const { offset, length } of ciphers) {
    if (offset < HEADER_BYTES + LENGTH_BYTES || before.length < offset - from) continue;
    const headLength = before.readUInt32BE(offset - from - LENGTH_BYTES);
    const start = offset - headLength - HEADER_BYTES;
    if (start < 0) continue;
    const header =
      start >= from
        ? before.subarray(start - from, start - from + HEADER_BYTES)
        : await readBytes(fd, start, HEADER_BYTES);
    if (!isStartOf(header, headLength, length)) continue;
    found.push({ header, start, end: offset + length, cipherLength: length });
  }
  return found;
}

async function readBytes(fd: number, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await readAt(fd, Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}
