import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { RelayError } from '@hikyaku/core';
import { createBlockPool } from './block-pool.ts';

/**
 * STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): AES-256-GCM in chunks of 64 KiB; nonce = 7 zero bytes,
 * chunk number (u32), last-chunk flag; the message id is authenticated with each chunk. The zero prefix is safe because a content
 * key belongs to one message. Layout: version byte, then `ciphertext ‖ tag` per chunk; the last chunk may be shorter, never missing.
 */
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
const VERSION = 1;
const FIRST_BLOCK_BYTES = 4096;
/** As many as mails are usually under way; a megabyte in all. */
const blocks = createBlockPool(SEALED_BYTES, 16);

export interface ContentEncryptor {
  /** Ciphertext that is ready; the chunk is copied, never kept. */
  push(chunk: Uint8Array): Buffer[];
  /** The rest. Call once. */
  end(): Buffer[];
}

/** Bytes of ciphertext for `plainBytes` of content. */
export function cipherLengthOf(plainBytes: number): number {
  return 1 + plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));
}

/** Encrypts one mail while it streams in. Holds at most one chunk of plain text. */
export function createContentEncryptor(contentKey: Buffer, messageId: string): ContentEncryptor {
  const key = createSecretKey(contentKey);
  const associated = associatedOf(messageId);
  let block: Buffer = Buffer.alloc(0);
  let filled = 0;
  let number = 0;

  const seal = (plain: Uint8Array, isLast: boolean, out: Buffer[]): void => {
    if (number === 0) out.push(Buffer.of(VERSION));
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++, isLast)).setAAD(associated);
    out.push(cipher.update(plain));
    cipher.final();
    out.push(cipher.getAuthTag());
  };
  const append = (piece: Uint8Array): void => {
    if (filled + piece.length > block.length) {
      // Grows by fours: a 2 KB mail must not cost a 64 KiB block.
      const size = Math.max(FIRST_BLOCK_BYTES, block.length * 4, filled + piece.length);
      const larger = size < CHUNK_BYTES ? Buffer.allocUnsafe(size) : blocks.take();
      block.copy(larger, 0, 0, filled);
      block = larger;
    }
    block.set(piece, filled);
    filled += piece.length;
  };

  return {
    push(chunk) {
      const out: Buffer[] = [];
      let rest = chunk;
      // Strictly more than a chunk: a full one may turn out to be the last.
      while (filled + rest.length > CHUNK_BYTES) {
        const taken = rest.subarray(0, CHUNK_BYTES - filled);
        rest = rest.subarray(taken.length);
        if (filled === 0) seal(taken, false, out);
        else {
          append(taken);
          seal(block.subarray(0, CHUNK_BYTES), false, out);
          filled = 0;
        }
      }
      append(rest);
      return out;
    },
    end() {
      const out: Buffer[] = [];
      seal(block.subarray(0, filled), true, out);
      if (block.length === SEALED_BYTES) blocks.giveBack(block);
      block = Buffer.alloc(0);
      return out;
    },
  };
}

/**
 * The plain bytes, chunk by chunk, each only after its tag has been checked. What was yielded is a true beginning of the mail, but whether the
 * mail is whole is known only when the iteration ends without an error.
 * @throws RelayError `spool.content_damaged` when the stream was cut, altered, reordered, or belongs to another message or key
 */
export async function* decryptContent(
  contentKey: Buffer,
  messageId: string,
  source: AsyncIterable<Uint8Array>,
): AsyncIterable<Buffer> {
  const key = createSecretKey(contentKey);
  const associated = associatedOf(messageId);
  const block = blocks.take();
  let filled = 0;
  let number = 0;
  let hasVersion = false;

  const open = (isLast: boolean): Buffer => {
    if (filled < TAG_BYTES) throw damaged(messageId, 'is cut');
    const end = filled - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number++, isLast))
      .setAAD(associated)
      .setAuthTag(block.subarray(end, filled));
    const plain = decipher.update(block.subarray(0, end));
    try {
      decipher.final();
    } catch {
      throw damaged(messageId, `does not open at chunk ${number}`);
    }
    filled = 0;
    return plain;
  };

  try {
    for await (const piece of source) {
      let rest = piece;
      if (!hasVersion && rest.length > 0) {
        if (rest[0] !== VERSION) throw damaged(messageId, `has version ${rest[0]}`);
        hasVersion = true;
        rest = rest.subarray(1);
      }
      while (rest.length > 0) {
        if (filled === SEALED_BYTES) yield open(false);
        const taken = rest.subarray(0, SEALED_BYTES - filled);
        block.set(taken, filled);
        filled += taken.length;
        rest = rest.subarray(taken.length);
      }
    }
    const last = open(true);
    if (last.length > 0) yield last;
  } finally {
    blocks.giveBack(block);
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

const associatedOf = (messageId: string): Buffer => Buffer.from(`hikyaku/content/${VERSION}/${messageId}`, 'utf8');

const damaged = (messageId: string, how: string): RelayError =>
  new RelayError('spool.content_damaged', { internal: `content of message ${messageId} ${how}` });
