import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSecret } from './write-secret.ts';

/** The key by which an authority knows this instance: ES256. */
export interface AccountKey {
  jwk: Record<string, string>;
  /** RFC 7638, base64url. */
  thumbprint: string;
  /** A JWS in its flattened JSON form (RFC 7515). */
  sign(header: Record<string, unknown>, payload: unknown): string;
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** The key of the folder, made there when there is none. */
export async function keepAccountKey(folder: string): Promise<AccountKey> {
  const path = join(folder, 'account.key.pem');
  try {
    return accountKeyOf(createPrivateKey(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeSecret(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return accountKeyOf(privateKey);
}

export function accountKeyOf(privateKey: KeyObject): AccountKey {
  const { crv = '', kty = '', x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  // In the order in which RFC 7638 hashes them.
  const jwk = { crv, kty, x, y };
  return {
    jwk,
    thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url'),
    sign(header, payload) {
      const protectedPart = base64url(JSON.stringify({ alg: 'ES256', ...header }));
      // Nothing at all, not an empty object, is what asks for a resource ("POST-as-GET").
      const payloadPart = payload === undefined ? '' : base64url(JSON.stringify(payload));
      const signature = sign('sha256', Buffer.from(`${protectedPart}.${payloadPart}`), {
        key: privateKey,
        dsaEncoding: 'ieee-p1363',
      });
      return JSON.stringify({
        protected: protectedPart,
        payload: payloadPart,
        signature: signature.toString('base64url'),
      });
    },
  };
}
