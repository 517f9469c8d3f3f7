import { createCipheriv, diffieHellman, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { type KeyRow, newestActive, publicKeyOf } from './instance-key.ts';
import { labelOf } from './key-label.ts';
import {
  envelopeDigest,
  KEY_BYTES,
  messageWrappingKey,
  NONCE_BYTES,
  publicOf,
  type SealedEnvelope,
  VERSION,
} from './sealed-content-key.ts';

export interface ContentSealer {
  /**
   * A fresh content key (32 bytes) and the same key sealed for the worker, bound to the message and its envelope. About 0.02 ms. `given`: the key that the message is under already,
   * whose envelope is another one now.
   */
  seal(messageId: string, envelope: SealedEnvelope, given?: Buffer): { contentKey: Buffer; sealed: Buffer };
}

/**
 * A pair costs 0.1 ms, so the mails of a second share one. Whoever reads this process's memory in that second finds those mails' own keys and texts in
 * it, so that the pair opens nothing more to him; a second later it is gone.
 */
const PAIR_LIFE_MS = 1000;

interface SealingPair {
  publicRaw: Buffer;
  /** With the instance's key; the private half is dropped at once. */
  shared: Buffer;
}

/**
 * Seals content keys to the newest content key that is not retired. Needs public halves only; `sealed` of the rows may be empty.
 * @throws RelayError `vault.key_missing`
 */
export function openContentSealer(rows: KeyRow[], { pairLifeMs = PAIR_LIFE_MS } = {}): ContentSealer {
  const row = newestActive(rows, 'content');
  const recipientRaw = publicOf(row);
  const recipient = publicKeyOf(recipientRaw);
  const label = labelOf(row.id);
  let current: SealingPair | undefined;

  const pair = (): SealingPair => {
    if (current) return current;
    current = sealingPair(recipient);
    // By a timer, not at the next mail: after the last one of an evening it must not stay until morning.
    setTimeout(() => {
      current?.shared.fill(0);
      current = undefined;
    }, pairLifeMs).unref();
    return current;
  };

  return {
    seal(messageId, envelope, given) {
      const { publicRaw, shared } = pair();
      const fresh = randomBytes(KEY_BYTES + NONCE_BYTES);
      const contentKey = given ?? fresh.subarray(0, KEY_BYTES);
      const nonce = fresh.subarray(KEY_BYTES);
      const key = messageWrappingKey(shared, publicRaw, recipientRaw, messageId);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const wrapped = cipher.update(Buffer.concat([contentKey, envelopeDigest(envelope)]));
      cipher.final();
      const sealed = Buffer.concat([label, Buffer.of(VERSION), publicRaw, nonce, wrapped, cipher.getAuthTag()]);
      return { contentKey, sealed };
    },
  };
}

function sealingPair(recipient: KeyObject): SealingPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  // The JWK export takes 1 µs, DER takes 20.
  const publicRaw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  return { publicRaw, shared: diffieHellman({ privateKey, publicKey: recipient }) };
}
