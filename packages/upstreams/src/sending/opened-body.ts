import { RelayError, type SendRequest } from '@hikyaku/core';

/** The mail's bytes of one send, with the moment at which the first of them leaves. */
export interface OpenedBody {
  /** Starts a try: nothing of it has left yet. */
  begin(): void;
  /** True once a byte of the present try was given to the connection. */
  readonly hasLeft: boolean;
  /** What went wrong on our own side (the lease, the spool): thrown to the caller, it says nothing about the provider. */
  readonly ownFailure: { error: unknown } | undefined;
  /**
   * The bytes. Asked for the first one when the connection stands and the request is about to be written; `beforeCommit` is awaited
   * then, once for all tries.
   */
  bytes(): AsyncGenerator<Uint8Array, void, void>;
}

/** Up to that size a mail leaves in one piece: each piece is a write, a TLS record and a wake-up of its own. */
const ONE_PIECE_BYTES = 56 * 1024;

export function createOpenedBody(request: SendRequest): OpenedBody {
  const { mail, signal } = request;
  let mark: Promise<void> | undefined;
  let hasLeft = false;
  let ownFailure: { error: unknown } | undefined;

  async function* readMail(): AsyncGenerator<Uint8Array, void, void> {
    mark ??= request.beforeCommit();
    await mark;
    // The deadline may have passed while the mark was written.
    signal.throwIfAborted();
    const whole = mail.sizeBytes <= ONE_PIECE_BYTES ? Buffer.allocUnsafe(mail.sizeBytes) : null;
    let total = 0;
    for await (const chunk of mail.open()) {
      if (chunk.length === 0) continue;
      total += chunk.length;
      if (total > mail.sizeBytes) break;
      if (whole) {
        whole.set(chunk, total - chunk.length);
        continue;
      }
      hasLeft = true;
      yield chunk;
    }
    // The length was promised in a header: a mail of another length is cut or foreign.
    if (total !== mail.sizeBytes) {
      throw new RelayError('bug.unknown', { internal: `mail ${mail.messageId} is not ${mail.sizeBytes} bytes long` });
    }
    if (whole) {
      hasLeft = true;
      yield whole;
    }
  }

  return {
    begin() {
      hasLeft = false;
    },
    get hasLeft() {
      return hasLeft;
    },
    get ownFailure() {
      return ownFailure;
    },
    async *bytes() {
      try {
        yield* readMail();
      } catch (error) {
        if (!signal.aborted) ownFailure = { error };
        throw error;
      }
    },
  };
}
