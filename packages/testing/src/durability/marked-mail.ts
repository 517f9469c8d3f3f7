import { createCipheriv, createHash, hash } from 'node:crypto';

/** The marker is the subject, so that the row tells it too, and stands in the body. */
export interface MarkedMail {
  marker: string;
  content: Buffer;
  bodySha256: string;
}

const BOUNDARY = 'torture-boundary';

/** A camera's mail of about `sizeBytes`: a line with the marker, and a picture of bytes that follow from the marker. With a `fault` it breaks its reader (the worker's mail-faults.ts). */
export function composeMarkedMail(marker: string, sizeBytes: number, fault: string | null = null): MarkedMail {
  const header = [
    `Subject: ${marker}`,
    'From: camera@site.example',
    // No ASCII: it is read in a thread.
    ...(fault ? [`x-fault: ${fault}`, 'X-Place: 玄関'] : []),
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
  ];
  const head = [`--${BOUNDARY}`, 'Content-Type: text/plain; charset=us-ascii', '', `marker ${marker} end`];
  const picture = [
    `--${BOUNDARY}`,
    'Content-Type: image/jpeg; name="still.jpg"',
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(marker, sizeBytes),
    `--${BOUNDARY}--`,
    '',
  ];
  const body = [...head, ...picture].join('\r\n');
  return { marker, content: Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}`), bodySha256: sha256(body) };
}

/** Marker and hash of the body of a mail that arrived; null for a mail that none of these is. */
export function readMarkedMail(raw: Buffer): { marker: string; bodySha256: string } | null {
  const end = raw.indexOf('\r\n\r\n');
  const body = raw.subarray(end + 4);
  const marker = /marker (\S+) end/.exec(body.toString('latin1', 0, 400))?.[1];
  return marker && end > 0 ? { marker, bodySha256: sha256(body) } : null;
}

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** 57 bytes a line, which are 76 characters and CRLF. */
function base64Lines(marker: string, sizeBytes: number): string {
  const lines = Math.max(1, Math.round((sizeBytes - 500) / 78));
  const bytes = createCipheriv('aes-256-ctr', hash('sha256', marker, 'buffer'), Buffer.alloc(16)).update(
    Buffer.alloc(lines * 57),
  );
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}
