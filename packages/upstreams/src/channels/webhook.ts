import { createHmac } from 'node:crypto';
import type { ChannelFormat, ConfigOf } from './channel.ts';

const PREFIX = 'whsec_';

/**
 * Signed as the Standard Webhooks specification says: HMAC-SHA-256 over `id.timestamp.body`, with the id as protection against repeats and the timestamp (seconds)
 * against replays. While a rotation runs both secrets sign.
 */
export const webhook: ChannelFormat<ConfigOf<'webhook'>> = {
  requestOf({ url, secrets }, note) {
    const { id, at, items, link } = note;
    const body = JSON.stringify({ type: 'alerts', id, at: at.toISOString(), alerts: items, url: link });
    // Of this very try: a receiver may refuse what is minutes old.
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const signatures = secrets
      .filter(({ until }) => until === undefined || until > at.getTime())
      .map(({ secret }) => `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`);
    return {
      url,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures.join(' '),
      },
      body,
    };
  },
};

/** `secret`: `whsec_` and 32 bytes in base64. */
function sign(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(text)
    .digest('base64');
}

export const writeWebhookSecret = (bytes: Uint8Array): string => PREFIX + Buffer.from(bytes).toString('base64');
