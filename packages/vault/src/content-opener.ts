import { createDecipheriv, diffieHellman, type KeyObject } from 'node:crypto';
import { RelayError } from '@hikyaku/core';
import { openEarlierKey } from './earlier-content-key.ts';
import { type KeyRow, openSecret, privateKeyOf, publicKeyOf, rowsOf } from './instance-key.ts';
import { splitLabel } from './key-label.ts';
import {
  DIGEST_BYTES,
  envelopeDigest,
  KEY_BYTES,
  messageWrappingKey,
  NONCE_BYTES,
  PUBLIC_BYTES,
  publicOf,
  type SealedEnvelope,
  TAG_BYTES,
  VERSION,
} from './sealed-content-key.ts';

/** A content key of which nothing but the sealed form was left. */
export interface LoneContentKey {
  contentKey: Buffer;
  /** Whether it was sealed for this envelope. */
  fits(envelope: SealedEnvelope): boolean;
}

export interface ContentOpener {
  /**
   * Opens what was sealed for this message and this envelope; what the first release sealed is bound to the message alone.
   * @throws RelayError `vault.key_missing` (its key is not among the rows), `vault.key_wrong` (no sealed key, or the first release's that does
   * not fit), `vault.envelope_changed` (sealed for another message or envelope, or damaged)
   */
  open(messageId: string, sealed: Buffer, envelope: SealedEnvelope): Buffer;
  /** As `open`, before the envelope is known: where rows are lost, it is inside of what the key opens. Not for what earlier releases sealed. */
  openAlone(messageId: string, sealed: Buffer): LoneContentKey;
}

interface PrivateKey {
  id: string;
  privateKey: KeyObject;
  publicRaw: Buffer;
}

const BODY_BYTES = 1 + PUBLIC_BYTES + NONCE_BYTES + KEY_BYTES + DIGEST_BYTES + TAG_BYTES;
/** Pairs of about so many seconds and edges; one more costs what each did before, 0.1 ms. */
const MAX_AGREED = 64;

/**
 * Opens what any content key of the rows sealed, retired ones included.
 * @throws RelayError `vault.key_missing` when there is none, `vault.key_wrong` when the master keys do not fit one of them.
 */
export function openContentOpener(rows: KeyRow[], keks: Buffer[]): ContentOpener {
  const keys = new Map<string, PrivateKey>();
  for (const row of rowsOf(rows, 'content')) {
    const publicRaw = publicOf(row);
    keys.set(row.id, { id: row.id, privateKey: privateKeyOf(openSecret(row, keks), publicRaw), publicRaw });
  }
  if (keys.size === 0) throw new RelayError('vault.key_missing', { internal: 'there is no content key' });

  /** Secrets shared with sealing pairs, by instance key and pair: the mails of a second have the same. Oldest first. */
  const agreed = new Map<string, Buffer>();
  const sharedWith = ({ id, privateKey }: PrivateKey, pairRaw: Buffer): Buffer => {
    const name = `${id} ${pairRaw.toString('base64')}`;
    const known = agreed.get(name);
    if (known) return known;
    const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(pairRaw) });
    if (agreed.size >= MAX_AGREED) agreed.delete(agreed.keys().next().value!);
    agreed.set(name, shared);
    return shared;
  };

  const keyFor = (sealed: Buffer): { key: PrivateKey; body: Buffer } => {
    const { keyId, body } = splitLabel(sealed, 'content key');
    const key = keys.get(keyId);
    if (!key) throw new RelayError('vault.key_missing', { internal: `there is no content key ${keyId}` });
    return { key, body };
  };

  const openBody = (messageId: string, key: PrivateKey, body: Buffer): LoneContentKey => {
    const pairRaw = body.subarray(1, 1 + PUBLIC_BYTES);
    const nonceEnd = 1 + PUBLIC_BYTES + NONCE_BYTES;
    try {
      const wrapping = messageWrappingKey(sharedWith(key, pairRaw), pairRaw, key.publicRaw, messageId);
      const decipher = createDecipheriv('aes-256-gcm', wrapping, body.subarray(1 + PUBLIC_BYTES, nonceEnd));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      const plain = Buffer.concat([decipher.update(body.subarray(nonceEnd, -TAG_BYTES)), decipher.final()]);
      const digest = plain.subarray(KEY_BYTES);
      return {
        contentKey: plain.subarray(0, KEY_BYTES),
        fits: (envelope) => digest.equals(envelopeDigest(envelope)),
      };
    } catch {
      throw unfit('vault.envelope_changed', messageId);
    }
  };

  return {
    open(messageId, sealed, envelope) {
      const { key, body } = keyFor(sealed);
      if (body[0] === VERSION && body.length === BODY_BYTES) {
        const { contentKey, fits } = openBody(messageId, key, body);
        if (!fits(envelope)) throw unfit('vault.envelope_changed', messageId);
        return contentKey;
      }
      const earlier = openEarlierKey(messageId, key, body, envelope);
      if ('refused' in earlier) throw unfit(earlier.refused, messageId);
      return earlier.contentKey;
    },
    openAlone(messageId, sealed) {
      const { key, body } = keyFor(sealed);
      if (body[0] !== VERSION || body.length !== BODY_BYTES) throw unfit('vault.key_wrong', messageId);
      return openBody(messageId, key, body);
    },
  };
}

const unfit = (code: 'vault.key_wrong' | 'vault.envelope_changed', messageId: string): RelayError =>
  new RelayError(code, { internal: `the sealed content key does not belong to message ${messageId} as it is known` });
