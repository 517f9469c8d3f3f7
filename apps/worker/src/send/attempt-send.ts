import {
  ERROR_TABLE,
  faultPoint,
  type MailTransport,
  openRecipients,
  type ProviderName,
  RelayError,
  recipientsOfPart,
  type SendResult,
} from '@hikyaku/core';
import type { ClaimedMessage, SenderResult, SendMark } from '@hikyaku/db';
import type { MailChange, WholeMail } from '@hikyaku/mail';
import { decryptContent, type SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentOpener } from '@hikyaku/vault';
import { createFitter, type FitterTools } from '../fitting/fitter.ts';
import type { OpenedMailbox } from '../mailbox/open-mailbox.ts';
import type { Preparation } from '../preparation/preparation.ts';
import { endWith } from './end-with.ts';
import { failureResult } from './failure-result.ts';
import { LeaseLost } from './lease-lost.ts';
import { type FittedSend, sendFitting } from './send-fitting.ts';
import { senderOutcome } from './sender-outcome.ts';

export interface AttemptTools extends FitterTools {
  /** Commits a mark; false when the claim is not ours any more. */
  mark(mark: SendMark): Promise<boolean>;
  /** Keeps what was said of a sender beside the mailbox's own address. */
  keepSender(result: SenderResult): Promise<void>;
  spool: SpoolStore;
  contentOpener: ContentOpener;
  preparation: Preparation;
  transports: Partial<Record<ProviderName, MailTransport>>;
  /** Our name in the Received header. */
  receivedBy: string;
  loginDomain: string;
  logger: Logger;
  /** The mark was set for the first attempt of a message. */
  onFirstByte(acceptedAt: Date): void;
}

/** What became of an attempt, and what it changed in the mail before the provider saw it. */
export type Attempted = FittedSend;

/** The provider may have the mail and did not answer in time: nothing of ours is wrong. */
const DEADLINE_IN_DOUBT: SendResult = { outcome: 'in_doubt', code: 'upstream.in_doubt' };
/** Who writes mail that is of no device. */
const OWN_NAME = 'Hikyaku';

/**
 * One attempt: open the content, prepare the mail, hand it to the transport, its marks just before the steps that they announce. Everything that
 * fails becomes a result; only `LeaseLost` is thrown.
 */
export async function attemptSend(
  message: ClaimedMessage,
  mailbox: OpenedMailbox,
  signal: AbortSignal,
  tools: AttemptTools,
): Promise<Attempted> {
  let changes: readonly MailChange[] = [];
  const ended = (result: SendResult): Attempted => ({ result, changes, fitting: null });
  let reached: 'nothing' | 'opened' | 'committed' = 'nothing';
  let isHandedOver = false;
  let isLost = false;
  let letGo = (): void => {};
  let giveBack = (): void => {};
  /** A transport that signs in anew after its first request asks again; each mark is set once. */
  const mark = async (step: 'opened' | 'committed'): Promise<void> => {
    if (reached === 'committed' || reached === step) return;
    signal.throwIfAborted();
    await faultPoint(`worker.before-${step}`);
    const { id, fence, partNumber } = message;
    isLost = !(await tools.mark({ messageId: id, fence, partNumber, isCommit: step === 'committed' }));
    if (isLost) throw new LeaseLost();
    if (message.attemptNumber === 1 && reached === 'nothing') tools.onFirstByte(message.acceptedAt);
    reached = step;
    await faultPoint(`worker.after-${step}`);
  };
  try {
    await faultPoint('worker.after-claim');
    const transport = tools.transports[mailbox.connected.provider];
    if (!transport) {
      return ended({
        outcome: 'deferred',
        code: 'upstream.unavailable',
        scope: 'account',
        text: 'provider not set up',
      });
    }
    const recipients = openRecipients(recipientsOfPart(message.recipients, message.places), message.results);
    const mail = await prepare(message, recipients, mailbox, signal, tools);
    ({ changes, letGo } = mail);
    const send = ({ sizeBytes, open }: WholeMail): Promise<SendResult> => {
      isHandedOver = true;
      return endWith(
        transport.send({
          mailbox: mailbox.connected,
          deviceId: message.deviceId,
          ...(message.sender ? { sender: message.sender } : {}),
          mail: { messageId: message.messageIdHeader, recipients, sizeBytes, open },
          signal,
          beforeFirstByte: () => mark('opened'),
          beforeCommit: () => mark('committed'),
        }),
        signal,
      );
    };
    const fitter = createFitter(mail, message, signal, tools);
    giveBack = fitter.giveBack;
    const sent = await sendFitting(mail, await fitter.begin(), send, fitter.fit);
    if (isLost) throw new LeaseLost();
    const { sender } = message;
    const result = sender ? await followSender(sent.result, message, sender, mailbox, tools) : sent.result;
    return { ...sent, result, changes: [...changes, ...sent.changes] };
  } catch (error) {
    if (isLost || error instanceof LeaseLost) throw new LeaseLost();
    const wasCommitted = reached === ('committed' as typeof reached);
    if (signal.aborted && !wasCommitted) {
      // Until then it was read, and made to fit: no provider was asked.
      const code = isHandedOver ? 'upstream.unavailable' : 'mail.preparation_busy';
      return ended({ outcome: 'deferred', code, scope: 'message' });
    }
    const result = signal.aborted ? DEADLINE_IN_DOUBT : failureResult(error, wasCommitted);
    const isAlarm =
      'code' in result && (result.code.startsWith('bug.') || ERROR_TABLE[result.code].job === 'quarantine');
    tools.logger[isAlarm ? 'error' : 'warn']({ event: 'send.failed', messageId: message.id, reached, err: error });
    return ended(result);
  } finally {
    letGo();
    giveBack();
  }
}

async function followSender(
  answer: SendResult,
  message: ClaimedMessage,
  sender: NonNullable<ClaimedMessage['sender']>,
  mailbox: OpenedMailbox,
  tools: AttemptTools,
): Promise<SendResult> {
  const { provider } = mailbox.connected;
  const { result, kept } = senderOutcome(answer, { sender, provider, isTest: message.deviceId === null });
  if (!kept) return result;
  try {
    await tools.keepSender({ senderId: sender.id, ...kept });
  } catch (error) {
    // The answer counts all the same; a refusal that is not kept is met once more by the next attempt.
    tools.logger.warn({ event: 'sender.not_kept', messageId: message.id, err: error });
  }
  return result;
}

async function prepare(
  message: ClaimedMessage,
  recipients: string[],
  mailbox: OpenedMailbox,
  signal: AbortSignal,
  tools: AttemptTools,
) {
  const { keySealed, spoolObject, spoolOffset, spoolLength } = message;
  if (!keySealed || spoolObject === null || spoolOffset === null || spoolLength === null) {
    throw new RelayError('spool.content_missing', { internal: `message ${message.id} has no content` });
  }
  const key = tools.contentOpener.open(message.contentId, keySealed, message);
  const name = message.deviceName ?? (message.deviceId === null ? OWN_NAME : '');
  const input = {
    source: () => decryptContent(key, message.contentId, tools.spool.read(spoolObject, spoolOffset, spoolLength)),
    plainBytes: message.sizeBytes,
    from: { address: message.sender?.address ?? mailbox.connected.address, name },
    recipients,
    messageIdHeader: message.messageIdHeader,
    acceptedAt: message.acceptedAt,
    queueId: message.queueId,
    receivedBy: tools.receivedBy,
    loginDomain: tools.loginDomain,
    deviceName: name,
    subjectPrefix: message.subjectPrefix,
    timeZone: message.timeZone,
    charset: message.charset,
  };
  const preparing = tools.preparation.prepare({ tenantId: message.tenantId, messageId: message.id }, input, signal);
  try {
    return await endWith(preparing, signal);
  } catch (error) {
    // A disk that stands still comes to its end later, or never.
    preparing.then(({ letGo }) => letGo()).catch(() => {});
    throw error;
  }
}
