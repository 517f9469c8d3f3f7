import { createECDH, createPrivateKey, sign } from 'node:crypto';
import { RelayError } from '@hikyaku/core';
import { type KeyRow, newestActive, openSecret } from './instance-key.ts';

/** Says to push services who we are (RFC 8292): P-256. */
export interface PushSigner {
  /** The uncompressed point, 65 bytes: browsers bind their subscriptions to it. */
  publicKey: Buffer;
  /** ECDSA with SHA-256, as 64 bytes (JWS's ES256). */
  sign(bytes: Buffer): Buffer;
}

/**
 * By the instance's key of purpose `push`, whose secret is the private number itself.
 * @throws RelayError `vault.key_missing`, `vault.key_wrong`
 */
export function openPushSigner(rows: KeyRow[], keks: Buffer[]): PushSigner {
  const secret = openSecret(newestActive(rows, 'push'), keks);
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(secret);
  } catch (cause) {
    // One random number in four thousand million is none of the curve's.
    throw new RelayError('vault.key_wrong', { cause, internal: 'the push key is no number of its curve' });
  }
  const publicKey = ecdh.getPublicKey();
  const [x, y] = [publicKey.subarray(1, 33), publicKey.subarray(33)].map((half) => half.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y!, d: secret.toString('base64url') };
  const key = createPrivateKey({ format: 'jwk', key: jwk });
  return { publicKey, sign: (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }) };
}
