import { createDecipheriv, diffieHellman, type KeyObject } from 'node:crypto';
import { publicKeyOf } from './instance-key.ts';
import {
  envelopeText,
  KEY_BYTES,
  PUBLIC_BYTES,
  type SealedEnvelope,
  TAG_BYTES,
  wrappingKey,
} from './sealed-content-key.ts';

const BODY_BYTES = PUBLIC_BYTES + KEY_BYTES + TAG_BYTES;
/** Sealed without the envelope, and without a version in front: the first release. */
const UNBOUND = Buffer.from('hikyaku/content-key/1');
/** With the envelope as associated data, and a version. */
const BOUND = Buffer.from('hikyaku/content-key/2');
const BOUND_VERSION = 2;
/** Each had a pair of its own, so that its wrapping key was used once. */
const NONCE = Buffer.alloc(12);

/**
 * What earlier releases sealed, which waits in rows for as long as its mail is held. A body that says it is older than it is does not open: the
 * derivations differ.
 */
export function openEarlierKey(
  messageId: string,
  key: { privateKey: KeyObject; publicRaw: Buffer },
  versioned: Buffer,
  envelope: SealedEnvelope,
): { contentKey: Buffer } | { refused: 'vault.key_wrong' | 'vault.envelope_changed' } {
  const isBound = versioned.length === 1 + BODY_BYTES && versioned[0] === BOUND_VERSION;
  const body = isBound ? versioned.subarray(1) : versioned;
  if (body.length !== BODY_BYTES) return { refused: 'vault.key_wrong' };
  const pairRaw = body.subarray(0, PUBLIC_BYTES);
  try {
    const shared = diffieHellman({ privateKey: key.privateKey, publicKey: publicKeyOf(pairRaw) });
    const info = Buffer.concat([isBound ? BOUND : UNBOUND, pairRaw, key.publicRaw]);
    const decipher = createDecipheriv('aes-256-gcm', wrappingKey(shared, info), NONCE);
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    decipher.setAAD(Buffer.from(isBound ? envelopeText([messageId], envelope) : messageId, 'utf8'));
    const contentKey = Buffer.concat([decipher.update(body.subarray(PUBLIC_BYTES, -TAG_BYTES)), decipher.final()]);
    return { contentKey };
  } catch {
    return { refused: isBound ? 'vault.envelope_changed' : 'vault.key_wrong' };
  }
}
