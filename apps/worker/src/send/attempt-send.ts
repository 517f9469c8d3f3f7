import {
  ERROR_TABLE,
  faultPoint,
  type MailTransport,
  type ProviderName,
  RelayError,
  type SendResult,
} from '@hikyaku/core';
import type { Claim, ClaimedMessage } from '@hikyaku/db';
import { prepareMail } from '@hikyaku/mail';
import { decryptContent, type SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentOpener } from '@hikyaku/vault';
import type { OpenedMailbox } from '../mailbox/open-mailbox.ts';
import { failureResult } from './failure-result.ts';
import { LeaseLost } from './lease-lost.ts';

export interface AttemptTools {
  /** Commits the `opened` mark; false when the claim is not ours any more. */
  markOpened(claim: Claim): Promise<boolean>;
  spool: SpoolStore;
  contentOpener: ContentOpener;
  transports: Partial<Record<ProviderName, MailTransport>>;
  /** Our name in the Received header. */
  receivedBy: string;
  loginDomain: string;
  logger: Logger;
  /** The mark was set for the first attempt of a message. */
  onFirstByte(acceptedAt: Date): void;
}

/** After the deadline a transport gets that long to say what it knows. */
const GRACE_MS = 500;

/**
 * One attempt: open the content, prepare the mail, hand it to the transport, the `opened` mark just before the first byte. Everything that
 * fails becomes a result; only `LeaseLost` is thrown.
 */
export async function attemptSend(
  message: ClaimedMessage,
  mailbox: OpenedMailbox,
  signal: AbortSignal,
  tools: AttemptTools,
): Promise<SendResult> {
  let wasOpened = false;
  let isLost = false;
  try {
    await faultPoint('worker.after-claim');
    const transport = tools.transports[mailbox.connected.provider];
    if (!transport) {
      return { outcome: 'deferred', code: 'upstream.unavailable', scope: 'account', text: 'provider not set up' };
    }
    const mail = await prepare(message, mailbox, tools);
    const sending = transport.send({
      mailbox: mailbox.connected,
      mail: {
        messageId: message.messageIdHeader,
        recipients: message.recipients,
        sizeBytes: mail.sizeBytes,
        open: () => mail.open(),
      },
      signal,
      async beforeFirstByte() {
        // A transport that signs in anew after its first request asks again; the mark is set once.
        if (wasOpened) return;
        signal.throwIfAborted();
        await faultPoint('worker.before-opened');
        isLost = !(await tools.markOpened({ messageId: message.id, fence: message.fence }));
        if (isLost) throw new LeaseLost();
        wasOpened = true;
        if (message.attemptNumber === 1) tools.onFirstByte(message.acceptedAt);
        await faultPoint('worker.after-opened');
      },
    });
    const result = await endWith(sending, signal);
    if (isLost) throw new LeaseLost();
    return result;
  } catch (error) {
    if (isLost || error instanceof LeaseLost) throw new LeaseLost();
    if (signal.aborted && !wasOpened) return { outcome: 'deferred', code: 'upstream.unavailable', scope: 'message' };
    const result = failureResult(error, wasOpened);
    const isAlarm =
      'code' in result && (result.code.startsWith('bug.') || ERROR_TABLE[result.code].job === 'quarantine');
    tools.logger[isAlarm ? 'error' : 'warn']({ event: 'send.failed', messageId: message.id, wasOpened, err: error });
    return result;
  }
}

/** A transport that does not heed its signal is not waited for: its lease would end with nothing written. */
async function endWith<T>(sending: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => void setTimeout(() => reject(new Error('the transport did not end')), GRACE_MS).unref();
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  return Promise.race([sending, late]);
}

async function prepare(message: ClaimedMessage, mailbox: OpenedMailbox, tools: AttemptTools) {
  const { keySealed, spoolObject, spoolOffset, spoolLength } = message;
  if (!keySealed || spoolObject === null || spoolOffset === null || spoolLength === null) {
    throw new RelayError('spool.content_missing', { internal: `message ${message.id} has no content` });
  }
  const key = tools.contentOpener.open(message.id, keySealed, message);
  return prepareMail({
    source: () => decryptContent(key, message.id, tools.spool.read(spoolObject, spoolOffset, spoolLength)),
    plainBytes: message.sizeBytes,
    from: { address: mailbox.connected.address, name: message.deviceName ?? '' },
    recipients: message.recipients,
    messageIdHeader: message.messageIdHeader,
    acceptedAt: message.acceptedAt,
    queueId: message.queueId,
    receivedBy: tools.receivedBy,
    loginDomain: tools.loginDomain,
    deviceName: message.deviceName ?? '',
    subjectPrefix: message.subjectPrefix,
    timeZone: message.timeZone,
    charset: message.charset,
  });
}
