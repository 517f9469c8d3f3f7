import { type ChannelFormat, type ConfigOf, type Note, noteText } from '../channel.ts';
import { encryptPush, MAX_PLAIN_BYTES } from './encrypt.ts';

/** How we show push services who we are (vault's signer). */
export interface PushIdentity {
  publicKey: Buffer;
  sign(bytes: Buffer): Buffer;
  /** Where the operator is reached: `mailto:` or `https:`. */
  contact: string;
}

/** A token is for a day at most (RFC 8292, section 2); a service's clock may be an hour off. */
const TOKEN_S = 12 * 3600;
/** A phone that is switched off is told when it comes back, within a day: what goes on is told again then. */
const KEPT_S = 24 * 3600;
/** Characters of an alert's words: some languages take three bytes for each. */
const MAX_CHARACTERS = 1_000;

/** A browser's own push service (RFC 8030), which reads nothing of it. */
export const webPush = (identity: PushIdentity): ChannelFormat<ConfigOf<'push'>> => ({
  requestOf: ({ endpoint, keys }, note) => ({
    url: endpoint,
    headers: {
      'content-type': 'application/octet-stream',
      'content-encoding': 'aes128gcm',
      authorization: vapid(identity, new URL(endpoint).origin, note.at),
      ttl: String(KEPT_S),
      urgency: note.items.some(({ severity }) => severity === 'error') ? 'high' : 'normal',
    },
    body: encryptPush(contentOf(note), keys),
  }),
});

/** What the service worker shows. */
function contentOf(note: Note): Buffer {
  const { id, title, items, link } = note;
  const [only] = items;
  const body = items.length === 1 ? only!.advice : noteText(note, MAX_CHARACTERS).replace(`\n\n${link}`, '');
  const json = (text: string): Buffer =>
    Buffer.from(JSON.stringify({ id, title: title.slice(0, 200).toWellFormed(), body: text, url: link }));
  const whole = json(body.slice(0, MAX_CHARACTERS).toWellFormed());
  return whole.length <= MAX_PLAIN_BYTES ? whole : json('');
}

/** Voluntary Application Server Identification (RFC 8292): a signed word of who asks, for this service alone. */
function vapid({ publicKey, sign, contact }: PushIdentity, audience: string, now: Date): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { aud: audience, exp: Math.floor(now.getTime() / 1000) + TOKEN_S, sub: contact };
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
  const token = `${text}.${sign(Buffer.from(text)).toString('base64url')}`;
  return `vapid t=${token}, k=${publicKey.toString('base64url')}`;
}
