import { prepareMail, type WholeMail } from '@hikyaku/mail';
import sharp from 'sharp';

/** When every camera of these tests took its picture. */
export const TAKEN_AT = '2026:11:28 06:30:00';

const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;

/** A PNG that compresses badly. */
export const makePng = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#777777', noise } })
    .png()
    .toBuffer();

/** A JPEG with some detail everywhere, as a night scene has. */
export async function makePicture(width: number, height: number): Promise<Buffer> {
  const small = sharp({ create: { width: 320, height: 180, channels: 3, background: '#777777', noise } });
  const scene = sharp(await small.raw().toBuffer(), { raw: { width: 320, height: 180, channels: 3 } });
  const large = scene.resize(width, height, { kernel: 'nearest', fit: 'fill' });
  return large
    .withExif({ IFD2: { DateTimeOriginal: TAKEN_AT } })
    .jpeg({ quality: 92 })
    .toBuffer();
}

export interface TestFile {
  type: string;
  name: string;
  bytes: Buffer;
}

/** A device's mail as it comes: a text and files. */
export function mailWith(files: TestFile[], text = 'Motion was seen.'): Buffer {
  const parts = files.map(
    ({ type, name, bytes }) =>
      `--b1\r\nContent-Type: ${type}; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n` +
      `Content-Disposition: attachment; filename="${name}"\r\n\r\n${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
  );
  return Buffer.from(
    'From: camera@example.com\r\nTo: owner@example.com\r\nSubject: Motion\r\nMIME-Version: 1.0\r\n' +
      `Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\n${text}\r\n${parts.join('')}--b1--\r\n`,
  );
}

/** The same, prepared. */
export function preparedMail(bytes: Buffer): Promise<WholeMail> {
  return prepareMail({
    async *source() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    },
    plainBytes: bytes.length,
    from: { address: 'me@outlook.com', name: 'Camera' },
    recipients: ['owner@example.com'],
    messageIdHeader: '<a@mail.local>',
    acceptedAt: new Date('2026-11-28T00:00:00Z'),
    queueId: 'Q1',
    receivedBy: 'relay.example',
    deviceName: 'Camera',
  });
}

export async function bytesOf(mail: WholeMail): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of mail.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
