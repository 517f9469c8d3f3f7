import type { ContentChannelKind } from '@hikyaku/core';
import type { Picture } from '@hikyaku/mail';
import { discordText, JSON_TYPE, SUPPRESS_EMBEDS, slackText } from '../chats.ts';
import { formOf } from '../multipart.ts';
import { signedRequest } from '../webhook.ts';
import { type ContentFormat, shownText } from './shown-mail.ts';

const fileOf = ({ type, extension, bytes }: Picture, index: number) => ({
  fileName: `picture-${index + 1}${extension}`,
  type,
  bytes,
});

/**
 * Bot API (core.telegram.org/bots/api): sendPhoto for one picture, sendMediaGroup for two to ten, each 10 MB at most, captions of 1,024 characters; sendMessage without any.
 */
const telegram = (origin: string): ContentFormat<'telegram'> => ({
  requestOf: ({ botToken, chatId }, note) => {
    const call = (method: string) => `${origin}/bot${botToken}/${method}`;
    const { pictures } = note;
    if (pictures.length === 0) {
      const body = { chat_id: chatId, text: shownText(note, 4096), link_preview_options: { is_disabled: true } };
      return { url: call('sendMessage'), headers: JSON_TYPE, body: JSON.stringify(body) };
    }
    const caption = shownText(note, 1024);
    const chat = { name: 'chat_id', value: chatId };
    const isOne = pictures.length === 1;
    const media = pictures.map((_, index) => ({
      type: 'photo',
      media: `attach://picture${index + 1}`,
      ...(index === 0 ? { caption } : {}),
    }));
    const { type, body } = formOf([
      chat,
      isOne ? { name: 'caption', value: caption } : { name: 'media', value: JSON.stringify(media) },
      ...pictures.map((picture, index) => ({
        name: isOne ? 'photo' : `picture${index + 1}`,
        value: fileOf(picture, index),
      })),
    ]);
    return { url: call(isOne ? 'sendPhoto' : 'sendMediaGroup'), headers: { 'content-type': type }, body };
  },
});

/** Execute Webhook (discord.com/developers/docs/resources/webhook#execute-webhook): files beside `payload_json`, ten at most; `wait` has it answer once the message is there. */
const discord: ContentFormat<'discord'> = {
  requestOf: ({ url }, note) => {
    const waiting = new URL(url);
    waiting.searchParams.set('wait', 'true');
    const content = shownText(note, 2000, discordText);
    const payload = { content, allowed_mentions: { parse: [] }, flags: SUPPRESS_EMBEDS };
    const { type, body } = formOf([
      { name: 'payload_json', value: JSON.stringify(payload) },
      ...note.pictures.map((picture, index) => ({ name: `files[${index}]`, value: fileOf(picture, index) })),
    ]);
    return { url: waiting.href, headers: { 'content-type': type }, body };
  },
};

/**
 * Push message (developers.line.biz/en/reference/messaging-api/#send-push-message). Its pictures are fetched from a public address, and we keep none anywhere: the subject alone. 409: this very
 * message was taken before.
 */
const line = (origin: string): ContentFormat<'line'> => ({
  requestOf: ({ channelToken, to }, note) => ({
    url: `${origin}/v2/bot/message/push`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${channelToken}`, 'x-line-retry-key': note.id },
    body: JSON.stringify({ to, messages: [{ type: 'text', text: shownText(note, 5000) }] }),
  }),
  wasTaken: ({ status }) => status === 409,
});

/** An incoming webhook takes no files (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): the subject alone. */
const slack: ContentFormat<'slack'> = {
  requestOf: ({ url }, note) => ({
    url,
    headers: JSON_TYPE,
    body: JSON.stringify({ text: slackText(shownText(note, 3000)), mrkdwn: false }),
  }),
};

/** Signed as alerts are; pictures in base64. */
const webhook: ContentFormat<'webhook'> = {
  requestOf: (config, { id, at, sender, subject, pictures }) =>
    signedRequest(config, {
      ...{ id, at },
      event: {
        type: 'mail',
        device: sender,
        subject,
        pictures: pictures.map(({ type, bytes }) => ({ type, data: bytes.toString('base64') })),
      },
    }),
};

/** Channels that are given a mail by one POST. */
export type HttpKind = Exclude<ContentChannelKind, 'mqtt' | 'slack_bot'>;

export const contentFormats = (origins: { telegram: string; line: string }) =>
  ({
    telegram: telegram(origins.telegram),
    discord,
    line: line(origins.line),
    slack,
    webhook,
  }) satisfies { [Kind in HttpKind]: ContentFormat<Kind> };
