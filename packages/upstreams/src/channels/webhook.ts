import { createHmac } from 'node:crypto';
import type { ChannelFormat, ChannelRequest, ConfigOf } from './channel.ts';

const PREFIX = 'whsec_';

/**
 * Signed as the Standard Webhooks specification says: HMAC-SHA-256 over `id.timestamp.body`, with the id as protection against repeats and the timestamp (seconds)
 * against replays. While a rotation runs both secrets sign.
 */
export const webhook: ChannelFormat<ConfigOf<'webhook'>> = {
  requestOf({ url, secrets }, note) {
    const { id, at, items, link } = note;
    return signedRequest({ url, secrets }, { id, at, event: { type: 'alerts', alerts: items, url: link } });
  },
};

/** An event of this id, signed now. */
export function signedRequest(
  { url, secrets }: Pick<ConfigOf<'webhook'>, 'url' | 'secrets'>,
  { id, at, event }: { id: string; at: Date; event: { type: string } & Record<string, unknown> },
): ChannelRequest {
  const { type, ...rest } = event;
  const body = JSON.stringify({ type, id, at: at.toISOString(), ...rest });
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
}

/** `secret`: `whsec_` and 32 bytes in base64. */
function sign(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(text)
    .digest('base64');
}

export const writeWebhookSecret = (bytes: Uint8Array): string => PREFIX + Buffer.from(bytes).toString('base64');
