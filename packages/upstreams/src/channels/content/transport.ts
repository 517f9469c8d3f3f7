import { createHash } from 'node:crypto';
import {
  CONTENT_CHANNEL_KINDS,
  type ContentChannelKind,
  type EnvironmentName,
  type MailTransport,
  RelayError,
  type SendRequest,
  type SendResult,
} from '@hikyaku/core';
import { takeShown } from '@hikyaku/mail';
import type { Dialler } from '../../dialler/dialler.ts';
import { toResult } from '../../sending/verdict.ts';
import type { ConfigOf } from '../channel.ts';
import { mailPublications } from '../mqtt/publications.ts';
import { BrokerRefusal, publish } from '../mqtt/publish.ts';
import { ORIGINS, type Origins } from '../origins.ts';
import { post } from '../post.ts';
import { inDoubt, refused, resultOf, SLOW_BEFORE, unreached } from './answers.ts';
import { contentFormats, type HttpKind } from './content-formats.ts';
import { createLanes } from './lanes.ts';
import type { ContentFormat } from './shown-mail.ts';
import { type SlackCall, sendToSlack } from './slack-files.ts';

type ContentConfig = ConfigOf<ContentChannelKind>;

/** Telegram and Discord take ten in a message. */
const MAX_PICTURES = 10;
/** Of one mail together: below what Telegram and Discord take of one picture (10 MB), and what a receiver of JSON bears. */
const MAX_PICTURE_BYTES = 8 * 1024 * 1024;
/** Mails whose pictures are in memory at once, each up to about three times its size. */
const AT_ONCE = 3;
/** Without an answer until then it is in doubt, before the worker's own deadline: 8 MB over a line of 2 Mbit/s take half of it. */
const ANSWER_MS = 60_000;
/** It reads any mail that a door takes, once, and splits none. */
const MAX_SIZE_BYTES = 150 * 1024 * 1024;
const MAX_RECIPIENTS = 32_767;

/** Hands a mail's subject and pictures to a chat or webhook of its owner's, as to a provider: one request, its commit point just before it. */
export function createChannelTransport(tools: {
  environment: EnvironmentName;
  /** Null where nothing may leave this machine. */
  dialler: Dialler | null;
  /** To MQTT brokers; null as above. */
  brokerDialler?: Dialler | null;
  origins?: Origins;
  /** From then on a receiver is slow, milliseconds. */
  slowMs?: number;
}): MailTransport {
  const { environment, dialler, brokerDialler = null, origins = ORIGINS } = tools;
  const formats = contentFormats(origins);
  const lanes = createLanes(AT_ONCE, tools.slowMs);

  const sendOne = async (request: SendRequest, config: ContentConfig): Promise<SendResult> => {
    const { mailbox, mail } = request;
    if (request.signal.aborted) return unreached('no time left');
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_MS)]);
    if (!dialler || (config.kind === 'mqtt' && !brokerDialler))
      return toResult({ code: 'upstream.channel_refused' }, { text: 'this instance sends nothing outside' });
    const shown = await takeShown(mail.open(), { most: MAX_PICTURES, maxBytes: MAX_PICTURE_BYTES });
    const { subject, sender, pictures } = shown;
    const note = { ...idOf(mailbox.id, mail.messageId), at: new Date(), subject, sender, pictures };
    let isCommitted = false;
    let ownFailure: { error: unknown } | undefined;
    const commit = async (): Promise<void> => {
      try {
        await request.beforeCommit();
      } catch (error) {
        ownFailure = { error };
        throw error;
      }
      isCommitted = true;
    };
    try {
      if (config.kind === 'mqtt') {
        const publications = mailPublications(config, note, request.deviceId ?? null);
        await publish(brokerDialler!, config, publications, signal, commit);
        return { outcome: 'accepted', status: 200 };
      }
      if (config.kind === 'slack_bot') {
        const call: SlackCall = (asked, before) => post(dialler, asked, signal, before);
        const { beforeFirstByte } = request;
        return await sendToSlack(config, note, { call, origin: origins.slack, beforeFirstByte, beforeCommit: commit });
      }
      const format = formats[config.kind] as ContentFormat<HttpKind>;
      const answer = await post(dialler, format.requestOf(config, note), signal, commit);
      return format.wasTaken?.(answer) ? { outcome: 'accepted', status: answer.status } : resultOf(answer);
    } catch (error) {
      if (ownFailure) throw ownFailure.error;
      if (isCommitted) return inDoubt({ text: 'no answer' });
      if (error instanceof BrokerRefusal && error.failure !== 'failing') return refused(undefined);
      if (error instanceof RelayError && NEVER_DIALLED.includes(error.code)) return refused(undefined);
      return unreached('connection failed');
    }
  };

  return {
    provider: 'channel',
    maxSizeBytes: MAX_SIZE_BYTES,
    maxRecipients: MAX_RECIPIENTS,
    async send(request) {
      if (request.mailbox.environment !== environment) return toResult({ code: 'upstream.environment' });
      const config = readConfig(request.mailbox.secret);
      if (!config) return refused(undefined);
      return lanes.run(
        request.mailbox.id,
        () => sendOne(request, config),
        () => toResult(SLOW_BEFORE, { text: 'other slow receivers are before it' }),
      );
    },
  };
}

const NEVER_DIALLED = ['smtp.host_refused', 'smtp.port_refused', 'smtp.own_door'];

/** A UUID of this mail in this channel, the same for every try: what LINE wants of a retry key. */
function idOf(channelId: string, messageId: string): { id: string } {
  const bytes = createHash('sha256').update(`${channelId} ${messageId}`).digest().subarray(0, 16);
  // Version 8 of RFC 9562: made by a rule of our own.
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return { id: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') };
}

/** Undefined for what no picture goes to. */
function readConfig(secret: string): ContentConfig | undefined {
  try {
    const config = JSON.parse(secret) as ContentConfig;
    return CONTENT_CHANNEL_KINDS.includes(config.kind) ? config : undefined;
  } catch {
    return undefined;
  }
}
