import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

/** A browser as a push service's other end has it: gives its keys, and reads what came for it (RFC 8291). */
export interface PushBrowser {
  keys: { p256dh: string; auth: string };
  /** What a body of `aes128gcm` says. @throws Error where it is for somebody else, or damaged */
  read(body: Buffer): string;
}

/** `given`: the RFC's own browser; else a new one. */
export function openPushBrowser(given?: { privateKey: Buffer; auth: Buffer }): PushBrowser {
  const ecdh = createECDH('prime256v1');
  if (given) ecdh.setPrivateKey(given.privateKey);
  else ecdh.generateKeys();
  const mine = ecdh.getPublicKey();
  const auth = given?.auth ?? randomBytes(16);
  const hkdf = (salt: Buffer, secret: Buffer, info: Buffer | string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, info, length));
  return {
    keys: { p256dh: mine.toString('base64url'), auth: auth.toString('base64url') },
    read(body) {
      const salt = body.subarray(0, 16);
      const keyEnd = 21 + body[20]!;
      const theirs = body.subarray(21, keyEnd);
      if (body.length > body.readUInt32BE(16)) throw new Error('more than one record');
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), mine, theirs]);
      const secret = hkdf(auth, ecdh.computeSecret(theirs), info, 32);
      const key = hkdf(salt, secret, 'Content-Encoding: aes128gcm\0', 16);
      const nonce = hkdf(salt, secret, 'Content-Encoding: nonce\0', 12);
      const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 }).setAuthTag(
        body.subarray(-16),
      );
      const plain = Buffer.concat([decipher.update(body.subarray(keyEnd, -16)), decipher.final()]);
      const end = plain.findLastIndex((byte) => byte !== 0);
      if (plain[end] !== 2) throw new Error('not the last record');
      return plain.toString('utf8', 0, end);
    },
  };
}
