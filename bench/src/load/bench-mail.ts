import { randomBytes } from 'node:crypto';

/** Of the marker that makes each mail of a run different. */
const MARKER_DIGITS = 12;

export interface BenchMail {
  /** As it goes over the line, without the end mark; no line begins with a dot. */
  bytes: Buffer;
  /** Writes another number into Message-ID and Subject. */
  number(value: number): void;
}

/** A camera's mail of about `sizeBytes`: text below 8 KB, text and a JPEG in base64 above. */
export function createBenchMail(sizeBytes: number): BenchMail {
  const mark = '#'.repeat(MARKER_DIGITS);
  const boundary = '=_camera_2026';
  const head = [
    'From: "Camera" <camera@example.jp>',
    'To: <owner@example.jp>',
    'Date: Sat, 21 Nov 2026 20:00:00 +0900',
    `Message-ID: <${mark}@camera.example>`,
    `Subject: Motion detected ${mark}`,
    'MIME-Version: 1.0',
  ];
  const text = 'Content-Type: text/plain; charset=us-ascii\r\n\r\nMotion was detected at the front door.\r\n';
  const isPicture = sizeBytes > 8192;
  const before = isPicture
    ? `${head.join('\r\n')}\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n${text}--${boundary}\r\nContent-Type: image/jpeg; name="snap.jpg"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="snap.jpg"\r\n\r\n`
    : `${head.join('\r\n')}\r\n${text}`;
  const after = isPicture ? `--${boundary}--\r\n` : '';
  const fill = linesOf(sizeBytes - before.length - after.length);
  const bytes = Buffer.from(before + fill + after, 'latin1');
  const places = [bytes.indexOf(mark), bytes.lastIndexOf(mark)];
  return {
    bytes,
    number(value) {
      const digits = String(value).padStart(MARKER_DIGITS, '0');
      for (const place of places) bytes.write(digits, place, 'latin1');
    },
  };
}

/** Base64 in lines of 76. */
function linesOf(length: number): string {
  const lines = Math.max(1, Math.floor(length / 78));
  const text = randomBytes(lines * 57).toString('base64');
  return (text.match(/.{76}/g) ?? []).map((line) => `${line}\r\n`).join('');
}
