import { randomBytes } from 'node:crypto';

/** One field of a form: text, or a file. */
export interface FormPart {
  name: string;
  value: string | { fileName: string; type: string; bytes: Uint8Array };
}

/** A form with files (RFC 7578): names and file names are ours, so that nothing in them has to be quoted. */
export function formOf(parts: FormPart[]): { type: string; body: Buffer } {
  // 128 random bits: no picture has them.
  const boundary = `hikyaku-${randomBytes(16).toString('hex')}`;
  const pieces = parts.flatMap(({ name, value }) => {
    const [more, bytes] =
      typeof value === 'string'
        ? ['', Buffer.from(value, 'utf8')]
        : [`; filename="${value.fileName}"\r\nContent-Type: ${value.type}`, value.bytes];
    return [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ];
  });
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
