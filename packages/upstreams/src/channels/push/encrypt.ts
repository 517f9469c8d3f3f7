import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

/** A browser's subscription, as it gives it: the keys in base64url. */
export interface PushKeys {
  /** The browser's public point, uncompressed: 65 bytes. */
  p256dh: string;
  /** 16 bytes that it shares with us alone. */
  auth: string;
}

/** One record, as push services ask for (RFC 8291, section 4). */
const RECORD_BYTES = 4096;
/** Of those: the header (86), the tag (16) and the mark of the last record. */
export const MAX_PLAIN_BYTES = RECORD_BYTES - 86 - 16 - 1;

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');
const hkdf = (salt: Buffer, secret: Buffer, info: Buffer | string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));

/** True for keys that something can be encrypted for. */
export function arePushKeys({ p256dh, auth }: PushKeys): boolean {
  try {
    const ecdh = createECDH('prime256v1');
    ecdh.generateKeys();
    ecdh.computeSecret(bytesOf(p256dh));
    return bytesOf(auth).length === 16;
  } catch {
    return false;
  }
}

/**
 * A message for one browser, by Message Encryption for Web Push (RFC 8291) over aes128gcm (RFC 8188): nobody between us and it reads it. `fixed`: what is random, for the RFC's own example.
 * @throws Error for keys that are none
 */
export function encryptPush(
  plain: Buffer,
  { p256dh, auth }: PushKeys,
  fixed?: { privateKey: Buffer; salt: Buffer },
): Buffer {
  const [theirs, shared] = [bytesOf(p256dh), bytesOf(auth)];
  const ecdh = createECDH('prime256v1');
  if (fixed) ecdh.setPrivateKey(fixed.privateKey);
  else ecdh.generateKeys();
  const ours = ecdh.getPublicKey();
  const salt = fixed?.salt ?? randomBytes(16);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]);
  const secret = hkdf(shared, ecdh.computeSecret(theirs), info, 32);
  const key = hkdf(salt, secret, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = hkdf(salt, secret, 'Content-Encoding: nonce\0', 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.update(Buffer.of(2)), cipher.final()]);
  const header = Buffer.alloc(21);
  salt.copy(header);
  header.writeUInt32BE(RECORD_BYTES, 16);
  header.writeUInt8(ours.length, 20);
  return Buffer.concat([header, ours, sealed, cipher.getAuthTag()]);
}
