import type { SendResult } from '@hikyaku/core';
import type { ChannelAnswer, ChannelRequest, ConfigOf } from '../channel.ts';
import { JSON_TYPE, slackAnswer, slackText } from '../chats.ts';
import { inDoubt, refused, resultOf, unreached } from './answers.ts';
import { type ContentNote, shownText } from './shown-mail.ts';

/** One request to Slack; `before` is awaited when the connection stands. */
export type SlackCall = (request: ChannelRequest, before?: () => Promise<void>) => Promise<ChannelAnswer>;

interface Steps {
  call: SlackCall;
  origin: string;
  beforeFirstByte(): Promise<void>;
  /** Before the message is shown: until then what was uploaded is nobody's. */
  beforeCommit(): Promise<void>;
}

/**
 * A mail to a Slack channel by a bot: each picture is uploaded to an address that Slack gives, then all are shown in one message (docs.slack.dev/messaging/working-with-files#upload). One without
 * pictures is a message.
 */
export async function sendToSlack(
  { botToken, channelId }: ConfigOf<'slack_bot'>,
  note: ContentNote,
  { call, origin, beforeFirstByte, beforeCommit }: Steps,
): Promise<SendResult> {
  const authorization = `Bearer ${botToken}`;
  const text = slackText(shownText(note, 3000));
  const show = async (method: string, body: object): Promise<SendResult> => {
    const request = {
      url: `${origin}/api/${method}`,
      headers: { ...JSON_TYPE, authorization },
      body: JSON.stringify(body),
    };
    return shownResult(await call(request, beforeCommit));
  };
  if (note.pictures.length === 0)
    return show('chat.postMessage', { channel: channelId, text, mrkdwn: false, unfurl_links: false });
  const files: { id: string; title: string }[] = [];
  for (const [index, { type, extension, bytes }] of note.pictures.entries()) {
    const title = `picture-${index + 1}${extension}`;
    const asked = await call({
      url: `${origin}/api/files.getUploadURLExternal`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
      body: new URLSearchParams({ filename: title, length: String(bytes.length) }).toString(),
    });
    const place = slackAnswer(asked);
    if (!place.isOk) return beforeShown(asked);
    const { upload_url: url, file_id: id } = place.answer;
    if (typeof url !== 'string' || typeof id !== 'string') return unreached('an answer without an address');
    await beforeFirstByte();
    const uploaded = await call({ url, headers: { 'content-type': type }, body: bytes });
    if (uploaded.status !== 200) return beforeShown(uploaded);
    files.push({ id, title });
  }
  return show('files.completeUploadExternal', { files, channel_id: channelId, initial_comment: text });
}

/** Nothing is shown yet: what is no refusal is tried again. */
function beforeShown(answer: ChannelAnswer): SendResult {
  const result = shownResult(answer);
  return result.outcome === 'in_doubt' ? unreached(`status ${answer.status}`) : result;
}

function shownResult(answer: ChannelAnswer): SendResult {
  const { isOk, failure } = slackAnswer(answer);
  if (answer.status !== 200 || isOk) return resultOf(answer);
  if (failure === 'throttled') return resultOf({ ...answer, status: 429 });
  return failure === 'failing' ? inDoubt({ status: answer.status }) : refused(answer.status);
}
