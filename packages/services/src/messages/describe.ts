import type { MessageDetail, MessageSummary, MessageWaiting } from '@hikyaku/contracts';
import { CONTENT_CHANNEL_KINDS, recipientsOfPart } from '@hikyaku/core';
import type { DigestedMail, MessageRow, MessageStory } from '@hikyaku/db';
import { bouncesOf } from './bounces-of.ts';
import { eventText } from './event-text.ts';
import { isWorthARetry } from './is-worth-a-retry.ts';
import { mailChanges } from './mail-changes.ts';
import { mailFittings } from './mail-fittings.ts';
import { type MessageReader, messageDiagnosis } from './message-diagnosis.ts';

/** A message as lists show it. */
export function describeMessage(row: MessageRow): MessageSummary {
  return {
    id: row.id,
    queueId: row.queueId,
    state: row.state,
    stateCode: row.stateCode,
    deviceId: row.deviceId,
    deviceName: row.deviceName,
    mailboxId: row.mailboxId,
    mailboxAddress: row.mailboxAddress,
    provider: row.provider,
    channelKind: channelKindOf(row),
    copyOf: row.copyOf,
    isTest: row.isTest,
    subject: row.subject,
    sizeBytes: row.sizeBytes,
    recipients: row.recipients,
    acceptedAt: row.acceptedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    nextAttemptAt: (row.digestAt ?? row.dueAt)?.toISOString() ?? null,
  };
}

/** From the account's key, `channel:<kind>:<id>`: known when the channel is gone. */
function channelKindOf({ provider, accountKey }: MessageRow): MessageSummary['channelKind'] {
  const kind = provider === 'channel' ? accountKey?.split(':')[1] : undefined;
  return CONTENT_CHANNEL_KINDS.find((known) => known === kind) ?? null;
}

/** A message with its story. */
export function describeMessageDetail(
  row: MessageRow,
  story: MessageStory,
  digested: DigestedMail[],
  waiting: MessageWaiting | null,
  reader: MessageReader,
): MessageDetail {
  return {
    ...describeMessage(row),
    mailFrom: row.mailFrom,
    messageIdHeader: row.messageIdHeader,
    door: row.door,
    hasContent: row.contentDestroyedAt === null,
    contentUntil: row.contentUntil?.toISOString() ?? null,
    canRetry: isWorthARetry(row),
    waiting,
    digestId: row.digestId,
    digested: digested.map((mail) => ({ ...mail, acceptedAt: mail.acceptedAt.toISOString() })),
    diagnosis: messageDiagnosis(row, story, reader),
    changes: mailChanges(story.events),
    fittings: mailFittings(story.events),
    bounces: bouncesOf(story.events),
    events: story.events.map(({ at, kind, data }) => {
      const numbers = isRecord(data) ? data : null;
      return { at: at.toISOString(), kind, text: eventText(kind, numbers), data: numbers };
    }),
    parts: story.parts.map(({ number, state, sentAt, places, results, attempts }) => ({
      number,
      state,
      addresses: recipientsOfPart(row.recipients, places),
      sentAt: sentAt?.toISOString() ?? null,
      recipients: results.map(({ recipient, outcome, status, code, text }) => ({
        address: recipient,
        outcome,
        status: status ?? null,
        code: code ?? null,
        text: text ?? null,
      })),
      attempts: attempts.map((attempt) => ({
        number: attempt.number,
        at: attempt.startedAt.toISOString(),
        finishedAt: attempt.finishedAt?.toISOString() ?? null,
        outcome: attempt.outcome,
        status: attempt.status,
        code: attempt.code,
        text: attempt.text,
        isRepeat: attempt.isRepeat,
      })),
    })),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
