import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SigningKeys {
  /** The JSON Web Key Set that a client may check id_tokens against. */
  jwks: { keys: Record<string, unknown>[] };
  /** A signed JWT (RS256). */
  signJwt(claims: Record<string, unknown>): string;
  /** Key of the opaque tokens' checksum. */
  macKey: Buffer;
}

/** Made at the first start, kept in `<dir>/keys.json`, so that tokens outlive a restart. */
export async function openSigningKeys(dir: string): Promise<SigningKeys> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'keys.json');
  const kept = (await readKeys(path)) ?? (await makeKeys(path));
  const privateKey = createPrivateKey(kept.rsa);
  return {
    jwks: { keys: [{ ...publicJwk(privateKey), kid: kept.kid, use: 'sig', alg: 'RS256' }] },
    macKey: Buffer.from(kept.mac, 'base64'),
    signJwt(claims) {
      const head = encodeJson({ alg: 'RS256', typ: 'JWT', kid: kept.kid });
      const signed = `${head}.${encodeJson(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

interface KeptKeys {
  kid: string;
  rsa: string;
  mac: string;
}

async function readKeys(path: string): Promise<KeptKeys | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeKeys(path: string): Promise<KeptKeys> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys: KeptKeys = {
    kid: randomBytes(8).toString('hex'),
    rsa: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    mac: randomBytes(32).toString('base64'),
  };
  await writeFile(`${path}.new`, JSON.stringify(keys), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return keys;
}

const publicJwk = (privateKey: KeyObject) => createPublicKey(privateKey).export({ format: 'jwk' });
const encodeJson = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
