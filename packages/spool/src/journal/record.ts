import { crc32 } from 'node:zlib';
import type { JournalMeta } from './journal-types.ts';

/**
 * A log record: header, meta (JSON, UTF-8), and for small mails the ciphertext.
 *
 *     0  magic FF 48 4B 4A       4  version   5  kind   6  zero (u16)
 *     8  meta length (u32)      12  cipher length (u32; of a large mail: of its file)
 *    16  durable offset (u32): how much of this segment was synced when the record was written
 *    20  CRC-32 of bytes 0–19, meta and ciphertext
 *
 * 0xFF occurs in no UTF-8, so text that a device chose cannot look like the beginning of a record.
 */
const MAGIC = Buffer.of(0xff, 0x48, 0x4b, 0x4a);
const VERSION = 1;
const HEADER_BYTES = 24;
const CRC_OFFSET = 20;
const KINDS = ['', 'small', 'large'] as const;

export type RecordKind = 'small' | 'large';

/** A record as it was found. `bytes` is all of it, a view into the scanned buffer. */
export interface FoundRecord {
  offset: number;
  kind: RecordKind;
  cipherLength: number;
  durableOffset: number;
  bytes: Buffer;
}

/** A stretch that is no whole record. */
export interface Damage {
  offset: number;
  length: number;
}

/** The record without durable offset and checksum; {@link finishRecord} adds them when its place is known. */
export function encodeRecord(kind: RecordKind, meta: JournalMeta, cipher: Buffer[], cipherLength: number): Buffer {
  const text = Buffer.from(JSON.stringify(meta), 'utf8');
  const bodyLength = kind === 'small' ? cipherLength : 0;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + text.length + bodyLength);
  MAGIC.copy(bytes);
  bytes[4] = VERSION;
  bytes[5] = KINDS.indexOf(kind);
  bytes.writeUInt16BE(0, 6);
  bytes.writeUInt32BE(text.length, 8);
  bytes.writeUInt32BE(cipherLength, 12);
  text.copy(bytes, HEADER_BYTES);
  let at = HEADER_BYTES + text.length;
  for (const piece of kind === 'small' ? cipher : []) at += piece.copy(bytes, at);
  return bytes;
}

export function finishRecord(bytes: Buffer, durableOffset: number): void {
  bytes.writeUInt32BE(durableOffset, 16);
  bytes.writeUInt32BE(checksumOf(bytes), CRC_OFFSET);
}

/** @throws SyntaxError when the text is no JSON, which a good checksum rules out */
export function metaOf(bytes: Buffer): JournalMeta {
  return JSON.parse(bytes.toString('utf8', HEADER_BYTES, HEADER_BYTES + bytes.readUInt32BE(8)));
}

/** The ciphertext in a small mail's record, as a view. */
export function cipherOf(bytes: Buffer): Buffer {
  return bytes.subarray(HEADER_BYTES + bytes.readUInt32BE(8));
}

/**
 * Every whole record, and the stretches between them. A damaged record's own lengths are not believed: the scan goes on at the next magic.
 * `base` is the file offset of the buffer's first byte.
 */
export function scanRecords(buffer: Buffer, base = 0): { records: FoundRecord[]; damages: Damage[] } {
  const records: FoundRecord[] = [];
  const damages: Damage[] = [];
  let at = 0;
  let wholeUntil = 0;
  const closeGap = (end: number): void => {
    if (end > wholeUntil) damages.push({ offset: base + wholeUntil, length: end - wholeUntil });
  };
  while (at >= 0 && at < buffer.length) {
    const record = recordAt(buffer, at, base);
    if (!record) {
      at = buffer.indexOf(MAGIC, at + 1);
      continue;
    }
    closeGap(at);
    records.push(record);
    at += record.bytes.length;
    wholeUntil = at;
  }
  closeGap(buffer.length);
  return { records, damages };
}

function recordAt(buffer: Buffer, at: number, base: number): FoundRecord | undefined {
  if (at + HEADER_BYTES > buffer.length || MAGIC.compare(buffer, at, at + 4) !== 0) return undefined;
  const kind = KINDS[buffer[at + 5]!];
  if (buffer[at + 4] !== VERSION || !kind) return undefined;
  const cipherLength = buffer.readUInt32BE(at + 12);
  const length = HEADER_BYTES + buffer.readUInt32BE(at + 8) + (kind === 'small' ? cipherLength : 0);
  if (at + length > buffer.length) return undefined;
  const bytes = buffer.subarray(at, at + length);
  if (bytes.readUInt32BE(CRC_OFFSET) !== checksumOf(bytes)) return undefined;
  return { offset: base + at, kind, cipherLength, durableOffset: bytes.readUInt32BE(16), bytes };
}

function checksumOf(bytes: Buffer): number {
  return crc32(bytes.subarray(HEADER_BYTES), crc32(bytes.subarray(0, CRC_OFFSET)));
}
