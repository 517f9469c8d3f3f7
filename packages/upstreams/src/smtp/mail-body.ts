import { Readable } from 'node:stream';
import { RelayError, type SendRequest } from '@hikyaku/core';
import { dropBcc } from './drop-bcc.ts';
import { toSevenBit } from './seven-bit/to-seven-bit.ts';

/** The bytes of one send as DATA takes them. */
export interface MailBody {
  stream: Readable;
  /** True once the mail was asked for its first byte. */
  readonly isRead: boolean;
  /** True from the moment at which the end mark may be written. */
  readonly isCommitted: boolean;
  /** What went wrong on our own side (the lease, the spool): thrown to the caller, it says nothing about the server. */
  readonly ownFailure: { error: unknown } | undefined;
}

/** The mail, read as the line takes it, with `eightBitParts` encoded for a server that wants seven bits; the commit point is awaited behind the last byte, before the stream ends and so the end mark leaves. */
export function openMailBody(
  { mail, signal, beforeCommit }: SendRequest,
  eightBitParts: ReadonlySet<number> = new Set(),
): MailBody {
  let isRead = false;
  let isCommitted = false;
  let ownFailure: { error: unknown } | undefined;

  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    let total = 0;
    for await (const chunk of mail.open()) {
      if (chunk.length === 0) continue;
      total += chunk.length;
      if (total > mail.sizeBytes) break;
      yield chunk;
    }
    // The length was promised with SIZE: a mail of another length is cut or foreign.
    if (total !== mail.sizeBytes) {
      throw new RelayError('bug.unknown', { internal: `mail ${mail.messageId} is not ${mail.sizeBytes} bytes long` });
    }
  }

  async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
    isRead = true;
    try {
      const source = dropBcc(counted());
      yield* eightBitParts.size > 0 ? toSevenBit(source, eightBitParts) : source;
      await beforeCommit();
      // The deadline may have passed while the mark was written.
      signal.throwIfAborted();
      isCommitted = true;
    } catch (error) {
      if (!signal.aborted) ownFailure = { error };
      // Not the error itself: nodemailer writes its own code into what a stream throws.
      throw new Error('the mail ended early');
    }
  }

  return {
    stream: Readable.from(bytes(), { objectMode: false }),
    get isRead() {
      return isRead;
    },
    get isCommitted() {
      return isCommitted;
    },
    get ownFailure() {
      return ownFailure;
    },
  };
}
