import type { ChannelFailure } from '@hikyaku/core';
import { type ChannelAnswer, type ChannelFormat, type ConfigOf, noteBody, noteText } from './channel.ts';

export const JSON_TYPE = { 'content-type': 'application/json' };

/** Incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks); `&`, `<` and `>` are its control characters, and `mrkdwn` has it take no other sign for markup. */
export const slack: ChannelFormat<ConfigOf<'slack'>> = {
  requestOf: ({ url }, note) => {
    const text = slackText(noteText(note, 3000));
    return { url, headers: JSON_TYPE, body: JSON.stringify({ text, mrkdwn: false }) };
  },
};

/** Message flag (discord.com/developers/docs/resources/message#message-object-message-flags): no page that a link leads to is shown. */
export const SUPPRESS_EMBEDS = 1 << 2;
/** Discord's Markdown, its links with a text of their own among it: none is ours. A device's name is what it is. */
export const discordText = (text: string): string => text.replace(/[\\*_~`|<>[\]()#-]/g, '\\$&');

/** Webhook (discord.com/developers/docs/resources/webhook#execute-webhook): 2,000 characters; a device's name must not ping everybody. */
export const discord: ChannelFormat<ConfigOf<'discord'>> = {
  requestOf: ({ url }, note) => ({
    url,
    headers: JSON_TYPE,
    body: JSON.stringify({
      content: noteText(note, 2000, discordText),
      allowed_mentions: { parse: [] },
      flags: SUPPRESS_EMBEDS,
    }),
  }),
  resultOf: ({ status, text }) => (status === 429 ? throttled(status, secondsIn(text, 'retry_after')) : undefined),
};

/** Text blocks of an adaptive card read a little Markdown. */
const cardText = (text: string): string => text.replace(/[\\*_[\]()~`#]/g, '\\$&');

/** Workflow "when a Teams webhook request is received": a message with one adaptive card, 28 KB at most. A line is a block of its own, since only an empty one breaks a text; a bare address is no link everywhere. */
export const teams: ChannelFormat<ConfigOf<'teams'>> = {
  requestOf: ({ url }, note) => {
    const lines = noteBody(note, 5000, cardText).split(/\n+/);
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: lines.map((text) => ({ type: 'TextBlock', text, wrap: true })),
      actions: [{ type: 'Action.OpenUrl', title: 'Hikyaku', url: note.link }],
    };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }];
    return { url, headers: JSON_TYPE, body: JSON.stringify({ type: 'message', attachments }) };
  },
};

/** Bot API's sendMessage (core.telegram.org/bots/api#sendmessage): 4,096 characters, no markup. */
export const telegram = (origin: string): ChannelFormat<ConfigOf<'telegram'>> => ({
  requestOf: ({ botToken, chatId }, note) => ({
    url: `${origin}/bot${botToken}/sendMessage`,
    headers: JSON_TYPE,
    body: JSON.stringify({
      chat_id: chatId,
      text: noteText(note, 4096),
      link_preview_options: { is_disabled: true },
    }),
  }),
  resultOf: ({ status, text }) => {
    if (status === 429) return throttled(status, secondsIn(text, 'retry_after'));
    // A token that is none has no address; whom the chat has blocked or put out is forbidden it.
    const failure = status === 404 ? 'unauthorized' : status === 403 ? 'refused' : null;
    return failure ? { isTold: false, failure, status } : undefined;
  },
});

/** Messaging API's push message (developers.line.biz/en/reference/messaging-api/#send-push-message): 5,000 characters; 409: this very message was taken before. */
export const line = (origin: string): ChannelFormat<ConfigOf<'line'>> => ({
  requestOf: ({ channelToken, to }, note) => ({
    url: `${origin}/v2/bot/message/push`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${channelToken}`, 'x-line-retry-key': note.id },
    body: JSON.stringify({ to, messages: [{ type: 'text', text: noteText(note, 5000) }] }),
  }),
  resultOf: ({ status }) => (status === 409 ? { isTold: true, status } : undefined),
});

/** Web API's chat.postMessage (docs.slack.dev/reference/methods/chat.postMessage), by a bot that is in the channel. */
export const slackBot = (origin: string): ChannelFormat<ConfigOf<'slack_bot'>> => ({
  requestOf: ({ botToken, channelId }, note) => ({
    url: `${origin}/api/chat.postMessage`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${botToken}` },
    body: JSON.stringify({
      channel: channelId,
      text: slackText(noteText(note, 3000)),
      mrkdwn: false,
      unfurl_links: false,
    }),
  }),
  resultOf: (answer) => {
    if (answer.status !== 200) return undefined;
    const { isOk, failure } = slackAnswer(answer);
    return isOk ? { isTold: true, status: 200 } : { isTold: false, failure, status: 200 };
  },
});

/** Errors of Slack's Web API that say something of the token, and those that pass. */
const SLACK_FAILURES: Record<string, ChannelFailure> = {
  invalid_auth: 'unauthorized',
  not_authed: 'unauthorized',
  account_inactive: 'unauthorized',
  token_revoked: 'unauthorized',
  token_expired: 'unauthorized',
  missing_scope: 'unauthorized',
  ratelimited: 'throttled',
  rate_limited: 'throttled',
  internal_error: 'failing',
  fatal_error: 'failing',
  request_timeout: 'failing',
  service_unavailable: 'failing',
};

/** Slack says what went wrong inside an answer of 200. */
export function slackAnswer({ text }: ChannelAnswer): {
  isOk: boolean;
  failure: ChannelFailure;
  answer: Record<string, unknown>;
} {
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    return { isOk: answer.ok === true, failure: SLACK_FAILURES[String(answer.error)] ?? 'refused', answer };
  } catch {
    return { isOk: false, failure: 'failing', answer: {} };
  }
}

/** `&`, `<` and `>` as its documents want them. */
export const slackText = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!);

const throttled = (status: number, seconds: number) => ({
  isTold: false as const,
  failure: 'throttled' as const,
  status,
  retryAfterMs: seconds * 1000,
});

/** Of a JSON answer, at its top or in `parameters`; 0 where it is not there. */
export function secondsIn(text: string, name: string): number {
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    const value = answer[name] ?? (answer.parameters as Record<string, unknown> | undefined)?.[name];
    return typeof value === 'number' && value > 0 ? value : 0;
  } catch {
    return 0;
  }
}
