import { CHANNEL_KINDS, type ChannelFailure, type ChannelKind, RelayError } from '@hikyaku/core';
import type { Dialler } from '../dialler/dialler.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import type { SystemMailer } from '../smtp/system-mailer.ts';
import {
  type ChannelAnswer,
  type ChannelConfig,
  type ChannelFormat,
  type ChannelResult,
  type ConfigOf,
  MAX_MAIL_CHARACTERS,
  type Note,
  noteText,
} from './channel.ts';
import { discord, line, slack, slackBot, teams, telegram } from './chats.ts';
import { alertPublications } from './mqtt/publications.ts';
import { BrokerRefusal, publish } from './mqtt/publish.ts';
import { ORIGINS, type Origins } from './origins.ts';
import { post } from './post.ts';
import { type PushIdentity, webPush } from './push/web-push.ts';
import { webhook } from './webhook.ts';

export interface ChannelTools {
  /** To hosts that tenants name; null where nothing may leave this machine. */
  dialler: Dialler | null;
  /** To MQTT brokers that tenants name; null as above. */
  brokerDialler: Dialler | null;
  /** Where private networks are dialled, their hosts often have no certificate. */
  takesHttp: boolean;
  /** Null where the operator has set none. */
  mailer: Pick<SystemMailer, 'send'> | null;
  /** Who we are to browsers' push services; null: no browser is told. */
  push?: PushIdentity | null;
  /** Origins of services with one for everybody. */
  origins?: Origins;
  /** Receivers answer within a second; whoever hangs keeps one of few places. Milliseconds. */
  deadlineMs?: number;
}

/** What is told to without the tenant's own mailboxes. */
export type OutsideConfig = Exclude<ChannelConfig, { kind: 'mailbox' }>;

export interface Channels {
  kinds: ChannelKind[];
  takesHttp: boolean;
  /** Tells once. Never throws: a failure is a result. */
  tell(config: OutsideConfig, note: Note): Promise<ChannelResult>;
}

/** Every way of telling an alert that this instance has. */
export function openChannels({
  dialler,
  brokerDialler,
  takesHttp,
  mailer,
  push = null,
  origins = ORIGINS,
  deadlineMs = 10_000,
}: ChannelTools): Channels {
  const formats: Partial<Record<ChannelKind, unknown>> = {
    ...{ webhook, slack, discord, teams, telegram: telegram(origins.telegram), line: line(origins.line) },
    slack_bot: slackBot(origins.slack),
    ...(push ? { push: webPush(push) } : {}),
  };

  const tellByHttp = async (
    config: Exclude<OutsideConfig, { kind: 'mail' | 'mqtt' }>,
    note: Note,
  ): Promise<ChannelResult> => {
    if (!dialler) return { isTold: false, failure: 'host_refused', status: null };
    const format = formats[config.kind] as ChannelFormat<ChannelConfig> | undefined;
    if (!format) return { isTold: false, failure: 'host_refused', status: null };
    const answer = await post(dialler, format.requestOf(config, note), AbortSignal.timeout(deadlineMs));
    return format.resultOf?.(answer) ?? resultByStatus(answer);
  };

  const tellByMqtt = async (config: ConfigOf<'mqtt'>, note: Note): Promise<ChannelResult> => {
    if (!brokerDialler) return { isTold: false, failure: 'host_refused', status: null };
    await publish(brokerDialler, config, alertPublications(config, note), AbortSignal.timeout(deadlineMs));
    return { isTold: true, status: null };
  };

  return {
    kinds: CHANNEL_KINDS.filter((kind) => {
      if (kind === 'push' && !push) return false;
      return kind === 'mailbox' || (kind === 'mail' ? mailer : dialler) !== null;
    }),
    takesHttp,
    async tell(config, note) {
      try {
        if (config.kind === 'mqtt') return await tellByMqtt(config, note);
        if (config.kind !== 'mail') return await tellByHttp(config, note);
        if (!mailer) return { isTold: false, failure: 'host_refused', status: null };
        await mailer.send({ to: config.address, subject: note.title, text: noteText(note, MAX_MAIL_CHARACTERS) });
        return { isTold: true, status: null };
      } catch (error) {
        return { isTold: false, failure: failureOf(error), status: null };
      }
    },
  };
}

/** OpenSSL's and Node's names for what is wrong with a certificate. */
const CERTIFICATE_ERRORS = /^(?:CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$)/;
const REFUSED_HOSTS = ['smtp.host_refused', 'smtp.port_refused', 'smtp.own_door'];

function failureOf(error: unknown): ChannelFailure {
  if (error instanceof RelayError && REFUSED_HOSTS.includes(error.code)) return 'host_refused';
  if (error instanceof BrokerRefusal) return error.failure;
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  if (code && CERTIFICATE_ERRORS.test(code)) return 'certificate';
  // An SMTP server's permanent answer.
  return responseCode !== undefined && responseCode >= 500 ? 'refused' : 'unreachable';
}

function resultByStatus({ status, headers }: ChannelAnswer): ChannelResult {
  if (status >= 200 && status < 300) return { isTold: true, status };
  const failed = (failure: ChannelFailure): ChannelResult => ({ isTold: false, failure, status });
  if (status === 401 || status === 403) return failed('unauthorized');
  if (status === 404 || status === 410) return failed('gone');
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(headers['retry-after'], Date.now());
    return {
      isTold: false,
      failure: status === 429 ? 'throttled' : 'failing',
      status,
      retryAfterMs: retryAfterMs ?? 0,
    };
  }
  // A redirect is not followed: the host that was checked is the host that is told.
  if (status >= 300 && status < 400) return failed('moved');
  return failed(status >= 500 ? 'failing' : 'refused');
}
