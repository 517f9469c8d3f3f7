import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: Buffer) => data.toString('base64url');
const length = (major: number, size: number) =>
  size < 24
    ? Buffer.from([major | size])
    : size < 256
      ? Buffer.from([major | 24, size])
      : Buffer.from([major | 25, size >> 8, size & 255]);
const text = (value: string) => Buffer.concat([length(0x60, value.length), Buffer.from(value)]);
const bytes = (value: Buffer) => Buffer.concat([length(0x40, value.length), value]);

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_KEY = 0x40;

/** As much of a phone's authenticator as a server sees (WebAuthn level 3): one passkey of a P-256 key, no attestation. */
export class Authenticator {
  readonly id = randomBytes(16);
  counter = 0;
  /** Whether it asks for a finger, or is only touched. */
  asksPerson = true;
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly origin: string;
  private readonly host: string;

  /** At the page of `origin`, which may be a forged one for the server of `host`. */
  constructor(origin: string, host = new URL(origin).hostname) {
    this.origin = origin;
    this.host = host;
  }

  private dataOf(flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(++this.counter);
    return Buffer.concat([
      sha256(this.host),
      Buffer.from([flags | PRESENT | (this.asksPerson ? VERIFIED : 0)]),
      counter,
    ]);
  }

  private clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  private answer(response: Record<string, string>) {
    const id = base64url(this.id);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  register(challenge: string) {
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    // COSE: {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y}
    const key = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      bytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]),
      bytes(Buffer.from(y, 'base64url')),
    ]);
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, key]);
    const data = Buffer.concat([this.dataOf(HAS_KEY), credential]);
    const attestation = [Buffer.from([0xa3]), text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0])];
    return this.answer({
      clientDataJSON: base64url(this.clientData('webauthn.create', challenge)),
      attestationObject: base64url(Buffer.concat([...attestation, text('authData'), bytes(data)])),
    });
  }

  signIn(challenge: string) {
    const data = this.dataOf(0);
    const client = this.clientData('webauthn.get', challenge);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.keys.privateKey);
    return this.answer({
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature),
    });
  }
}
