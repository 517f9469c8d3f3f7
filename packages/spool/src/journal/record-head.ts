import { createCipheriv, createDecipheriv, createSecretKey, hash } from 'node:crypto';
import type { JournalMeta } from './journal-types.ts';
import { type FoundRecord, headOf, LENGTH_BYTES } from './record.ts';

/**
 * The head of a record, version 2:
 *
 *     0  time of acceptance (f64)     8  length of the message id (u8), message id (UTF-8)
 *        length of the sealed content key (u16), that key
 *        meta key, wrapped for the edge (32)      encrypted meta (JSON), tag (16)
 *     last 4  length of the head (u32)
 *
 * The meta key is derived from the content key, so whoever opens the sealed key (a worker) opens the meta, and nobody gets from the meta key to the content.
 * The edge, which cannot open sealed keys, finds the meta key masked with a pad that only a journal key makes: after a restart it hands off what it took
 * before, and what was not written with its key it does not take for its own. The record of a large mail in the log has the first line only; its file
 * ends with the whole.
 */
const LABEL = 'hikyaku/meta/1/';
const MASK_LABEL = 'hikyaku/meta-mask/1/';
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** A meta key encrypts one meta. */
const NONCE = Buffer.alloc(12);
const COUNTER = Buffer.of(0, 0, 0, 1);

export interface RecordHead {
  messageId: string;
  /** Milliseconds since the epoch. */
  acceptedAt: number;
  /** Of an earlier version: the meta itself, in plain. */
  plainMeta?: JournalMeta;
  /** Missing where the mail's own file has it. */
  sealed?: { keySealed: Buffer; wrapped: Buffer; meta: Buffer; prefix: Buffer };
}

/** The whole head. `journalKey`: 32 bytes. */
export function sealHead(journalKey: Buffer, contentKey: Buffer, meta: JournalMeta): Buffer[] {
  const { keySealed, ...rest } = meta;
  const prefix = prefixOf(meta, Buffer.from(keySealed, 'base64'));
  const metaKey = metaKeyOf(contentKey, meta.messageId);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(metaKey), NONCE).setAAD(prefix);
  const encrypted = cipher.update(JSON.stringify(rest), 'utf8');
  cipher.final();
  const wrapped = masked(metaKey, journalKey, meta.messageId);
  return withLength([prefix, wrapped, encrypted, cipher.getAuthTag()]);
}

/** For the log's record of a large mail: which one it is, and when it came. */
export function shortHead(meta: Pick<JournalMeta, 'messageId' | 'acceptedAt'>): Buffer[] {
  return withLength([prefixOf(meta, Buffer.alloc(0))]);
}

export function readHead(record: Pick<FoundRecord, 'version' | 'bytes'>): RecordHead {
  const head = headOf(record.bytes);
  if (record.version === 1) {
    const plainMeta: JournalMeta = JSON.parse(head.toString('utf8'));
    return { messageId: plainMeta.messageId, acceptedAt: plainMeta.acceptedAt, plainMeta };
  }
  const idEnd = 9 + head[8]!;
  const keyEnd = idEnd + 2 + head.readUInt16BE(idEnd);
  const found = { messageId: head.toString('utf8', 9, idEnd), acceptedAt: head.readDoubleBE(0) };
  if (keyEnd === head.length - LENGTH_BYTES) return found;
  const sealed = {
    keySealed: head.subarray(idEnd + 2, keyEnd),
    wrapped: head.subarray(keyEnd, keyEnd + KEY_BYTES),
    meta: head.subarray(keyEnd + KEY_BYTES, -LENGTH_BYTES),
    prefix: head.subarray(0, keyEnd),
  };
  return { ...found, sealed };
}

/** The meta, by the edge that wrote it; undefined when none of its keys did, or something was changed. */
export function openHead(head: RecordHead, journalKeys: Buffer[]): JournalMeta | undefined {
  const { plainMeta, sealed, messageId } = head;
  if (plainMeta || !sealed) return plainMeta;
  for (const key of journalKeys) {
    const meta = openMeta(head, masked(sealed.wrapped, key, messageId));
    if (meta) return meta;
  }
  return undefined;
}

/**
 * The meta, by whoever opened the sealed key; undefined when it does not fit. `isByEdge`: one of the journal keys made the record, too; without that
 * anybody who knows the public half of the instance's key and writes to the disk could have.
 */
export function openHeadWith(
  head: RecordHead,
  contentKey: Buffer,
  journalKeys: Buffer[],
): { meta: JournalMeta; isByEdge: boolean } | undefined {
  const metaKey = metaKeyOf(contentKey, head.messageId);
  const meta = openMeta(head, metaKey);
  if (!meta) return undefined;
  const { wrapped } = head.sealed!;
  const isByEdge = journalKeys.some((key) => masked(wrapped, key, head.messageId).equals(metaKey));
  return { meta, isByEdge };
}

function openMeta({ messageId, sealed }: RecordHead, metaKey: Buffer): JournalMeta | undefined {
  if (!sealed || sealed.meta.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(metaKey), NONCE)
    .setAAD(sealed.prefix)
    .setAuthTag(sealed.meta.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(sealed.meta.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return { ...JSON.parse(text), messageId, keySealed: sealed.keySealed.toString('base64') };
  } catch {
    return undefined;
  }
}

function prefixOf({ messageId, acceptedAt }: Pick<JournalMeta, 'messageId' | 'acceptedAt'>, keySealed: Buffer): Buffer {
  const id = Buffer.from(messageId, 'utf8');
  const prefix = Buffer.allocUnsafe(8 + 1 + id.length + 2 + keySealed.length);
  prefix.writeDoubleBE(acceptedAt, 0);
  prefix[8] = id.length;
  id.copy(prefix, 9);
  prefix.writeUInt16BE(keySealed.length, 9 + id.length);
  keySealed.copy(prefix, 11 + id.length);
  return prefix;
}

function withLength(pieces: Buffer[]): Buffer[] {
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(pieces.reduce((sum, piece) => sum + piece.length, LENGTH_BYTES));
  return [...pieces, length];
}

function metaKeyOf(contentKey: Buffer, messageId: string): Buffer {
  return derived(contentKey, LABEL + messageId);
}

/** Masks, or unmasks, with a pad for one 32-byte key, which the journal key makes for this message and no other. */
function masked(key: Buffer, journalKey: Buffer, messageId: string): Buffer {
  const pad = derived(journalKey, MASK_LABEL + messageId);
  for (let index = 0; index < KEY_BYTES; index++) pad[index]! ^= key[index]!;
  return pad;
}

/** One-step key derivation of NIST SP 800-56C, SHA-256; `secret`: 32 bytes. */
function derived(secret: Buffer, info: string): Buffer {
  return hash('sha256', Buffer.concat([COUNTER, secret, Buffer.from(info)]), 'buffer');
}
