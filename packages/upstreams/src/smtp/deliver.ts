import type { SendRequest, SendResult } from '@hikyaku/core';
import { tooLarge } from '../sending/verdict.ts';
import type { SmtpAnswer, SmtpSession } from './client.ts';
import { openMailBody } from './mail-body.ts';
import { recipientVerdict, toSendResult } from './send-answers.ts';
import { findEightBitParts } from './seven-bit/to-seven-bit.ts';
import { SmtpFailure } from './smtp-failure.ts';

/** What one try over a signed-in line came to. `stale`: the server had given up the line while it was idle, and nothing of the mail was read. */
export type Delivery =
  | 'stale'
  /** `isReply`: the server said it, and nothing may have been sent. */
  | { result: SendResult; isReply: boolean };

/**
 * Hands a mail over with the true envelope; the line is closed unless it ended well. Up to DATA's end mark a lost line is `deferred`, behind it `in_doubt`.
 * @throws what the marks and the mail's own bytes throw
 */
export async function deliver(request: SendRequest, session: SmtpSession): Promise<Delivery> {
  const { mailbox, mail, sender, signal } = request;
  const { maxSizeBytes } = session;
  if (mail.sizeBytes > maxSizeBytes) return { result: tooLarge(mail.sizeBytes, maxSizeBytes), isReply: true };
  const wasUsed = session.sent > 0;
  let eightBitParts = new Set<number>();
  try {
    // Read once more than elsewhere; such servers are rare.
    if (!session.takesEightBit) eightBitParts = await findEightBitParts(mail.open());
    await request.beforeFirstByte();
  } catch (error) {
    session.close();
    throw error;
  }
  const body = openMailBody(request, eightBitParts);
  try {
    // Encoded it is longer, nobody knows by how much.
    const sizeBytes = eightBitParts.size > 0 ? undefined : mail.sizeBytes;
    const envelope = { from: sender?.address ?? mailbox.address, to: mail.recipients, sizeBytes, body: body.stream };
    return { result: accepted(await session.send(envelope, signal)), isReply: true };
  } catch (error) {
    session.close();
    body.stream.destroy();
    if (body.ownFailure) throw body.ownFailure.error;
    if (!(error instanceof SmtpFailure)) throw error;
    if (wasUsed && error.step === 'mail' && !error.response && !signal.aborted && !body.isRead) return 'stale';
    return {
      result: toSendResult(error, body.isCommitted),
      isReply: Boolean(error.response) || error.refused.length > 0,
    };
  }
}

/** Taken for all, or for some: the others are named. */
function accepted({ response, refused }: SmtpAnswer): SendResult {
  const status = Number(/^\d{3}/.exec(response)?.[0] ?? 250);
  const recipients = refused.map(recipientVerdict);
  return { outcome: 'accepted', status, ...(recipients.length ? { recipients } : {}) };
}
