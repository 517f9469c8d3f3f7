import { crc32 } from 'node:zlib';

/**
 * A record of the log, of a large mail's file and of a spool object: header, head (what is known of the mail, see record-head.ts), and for small mails
 * the ciphertext.
 *
 *     0  magic FF 48 4B 4A       4  version   5  kind   6  zero (u16)
 *     8  head length (u32)      12  cipher length (u32; of a large mail: of its file)
 *    16  durable offset (u32): how much of this segment was synced when the record was written
 *    20  CRC-32 of bytes 0–19, head and ciphertext; of an erased record of bytes 0–19 alone
 *
 * 0xFF occurs in no UTF-8, so text that a device chose cannot look like the beginning of a record. From version 2 on the head ends with its own length,
 * so that the record is found from the place of its ciphertext, which is all that a row knows.
 */
const MAGIC = Buffer.of(0xff, 0x48, 0x4b, 0x4a);
const VERSION = 2;
const OLDEST_VERSION = 1;
export const HEADER_BYTES = 24;
/** Of the length with which a head ends. */
export const LENGTH_BYTES = 4;
const CRC_OFFSET = 20;
const KINDS = ['', 'small', 'large', 'erased'] as const;

/** `large`: the ciphertext is in a file of its own. `erased`: it was a small one; head and ciphertext are overwritten. */
export type RecordKind = 'small' | 'large' | 'erased';

/** A record as it was found. `bytes` is all of it, a view into the scanned buffer. */
export interface FoundRecord {
  offset: number;
  version: number;
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
export function encodeRecord(
  kind: 'small' | 'large',
  head: readonly Buffer[],
  cipher: readonly Buffer[],
  cipherLength: number,
): Buffer {
  const headLength = head.reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + headLength + (kind === 'small' ? cipherLength : 0));
  writeHeader(bytes, kind, headLength, cipherLength);
  let at = HEADER_BYTES;
  for (const piece of head) at += piece.copy(bytes, at);
  for (const piece of kind === 'small' ? cipher : []) at += piece.copy(bytes, at);
  return bytes;
}

export function finishRecord(bytes: Buffer, durableOffset: number): void {
  bytes.writeUInt32BE(durableOffset, 16);
  bytes.writeUInt32BE(checksumOf(bytes, false), CRC_OFFSET);
}

/**
 * What takes the place of a small record's header and head once its mail is destroyed: a whole record still, which readers pass over. `header`: as it
 * is there now.
 */
export function erasedStart(header: Buffer): Buffer {
  const headLength = header.readUInt32BE(8);
  const bytes = Buffer.alloc(HEADER_BYTES + headLength);
  writeHeader(bytes, 'erased', headLength, header.readUInt32BE(12));
  header.copy(bytes, 16, 16, 20);
  bytes.writeUInt32BE(checksumOf(bytes, true), CRC_OFFSET);
  return bytes;
}

/** Whether these are the first bytes of a small record whose ciphertext has that place and length. */
export function isStartOf(header: Buffer, headLength: number, cipherLength: number): boolean {
  return (
    MAGIC.compare(header, 0, 4) === 0 &&
    header[5] === KINDS.indexOf('small') &&
    header.readUInt32BE(8) === headLength &&
    header.readUInt32BE(12) === cipherLength
  );
}

/** What is known of the mail, as a view. */
export function headOf(bytes: Buffer): Buffer {
  return bytes.subarray(HEADER_BYTES, HEADER_BYTES + bytes.readUInt32BE(8));
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
  const version = buffer[at + 4]!;
  const kind = KINDS[buffer[at + 5]!];
  if (version < OLDEST_VERSION || version > VERSION || !kind) return undefined;
  const cipherLength = buffer.readUInt32BE(at + 12);
  const length = HEADER_BYTES + buffer.readUInt32BE(at + 8) + (kind === 'large' ? 0 : cipherLength);
  if (at + length > buffer.length) return undefined;
  const bytes = buffer.subarray(at, at + length);
  if (bytes.readUInt32BE(CRC_OFFSET) !== checksumOf(bytes, kind === 'erased')) return undefined;
  return { offset: base + at, version, kind, cipherLength, durableOffset: bytes.readUInt32BE(16), bytes };
}

function writeHeader(bytes: Buffer, kind: RecordKind, headLength: number, cipherLength: number): void {
  MAGIC.copy(bytes);
  bytes[4] = VERSION;
  bytes[5] = KINDS.indexOf(kind);
  bytes.writeUInt16BE(0, 6);
  bytes.writeUInt32BE(headLength, 8);
  bytes.writeUInt32BE(cipherLength, 12);
}

function checksumOf(bytes: Buffer, isErased: boolean): number {
  const header = crc32(bytes.subarray(0, CRC_OFFSET));
  return isErased ? header : crc32(bytes.subarray(HEADER_BYTES), header);
}
