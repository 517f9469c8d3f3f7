import { randomBytes } from 'node:crypto';
import { type PrepareInput, prepareMail } from '@hikyaku/mail';
import { figure, markdownTable, megabytes } from '../report/table.ts';
import type { BenchPart, Length } from './bench-part.ts';

/** What decryption hands out at a time. */
const CHUNK_BYTES = 65_536;
const SECONDS: Record<Length, number> = { short: 0.5, default: 2, long: 5 };

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
const picture = (bytes: number, ending = '\r\n'): string =>
  `--b\r\nContent-Type: image/jpeg; name="a.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}\r\n`.replaceAll(
    '\r\n',
    ending,
  );
const HEAD = 'From: camera@example.jp\r\nTo: owner@example.jp\r\nSubject: Motion\r\nMIME-Version: 1.0\r\n';
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nMotion\r\n`;
const uuencoded = (bytes: number): string =>
  `begin 644 a.jpg\r\n${`M${'#0'.repeat(30)}\r\n`.repeat(Math.ceil(bytes / 45))}\`\r\nend\r\n`;

/** Mails as devices send them, clean and broken in the ways that cost most. */
const MAILS: Record<string, () => string> = {
  '2 KB text': () =>
    `${HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n${'Motion was seen at the gate.\r\n'.repeat(65)}`,
  '2 KB text, raw Shift_JIS': () => `${HEAD}\r\n${'\x93\xae\x8d\xec\x8c\x9f\x92\x6d\r\n'.repeat(200)}`,
  '200 KB picture': () => `${MIXED}${picture(145_000)}--b--\r\n`,
  '200 KB picture, LF only': () => `${MIXED}${picture(145_000)}--b--\r\n`.replaceAll('\r\n', '\n'),
  '200 KB picture, no closing boundary': () => `${MIXED}${picture(145_000)}`,
  '200 KB picture, uuencoded': () =>
    `${MIXED}--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: uuencode\r\n\r\n${uuencoded(145_000)}--b--\r\n`,
  '200 KB picture, binary': () =>
    `${MIXED}--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: binary\r\n\r\n${randomBytes(200_000).toString('latin1')}\r\n--b--\r\n`,
  '3 MB, three pictures': () => `${MIXED}${picture(725_000).repeat(3)}--b--\r\n`,
  '10 MB, LF only, lines without an end, no closing boundary': () =>
    `${MIXED}--b\r\nContent-Type: text/plain\r\n\r\n${'x'.repeat(2_000_000)}\r\n${picture(5_800_000)}`.replaceAll(
      '\r\n',
      '\n',
    ),
};

/** Preparing alone, in this process: read, decide, and write the mail once, as a worker does for a send. */
export const mail: BenchPart = {
  name: 'mail',
  what: 'preparing alone: CPU of one mail, clean and broken',
  async run({ length, say }) {
    const rows: Record<string, string | number>[] = [];
    for (const [name, make] of Object.entries(MAILS)) {
      say(name);
      rows.push(await measure(name, Buffer.from(make(), 'latin1'), SECONDS[length]));
    }
    return { text: markdownTable(rows), problems: [] };
  },
};

function inputOf(bytes: Buffer): PrepareInput {
  return {
    async *source() {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    },
    plainBytes: bytes.length,
    from: { address: 'owner@outlook.com', name: 'Gate' },
    recipients: ['owner@example.jp'],
    messageIdHeader: '<a@relay.example>',
    acceptedAt: new Date(),
    queueId: 'ABCDEFGHJKMNPQRS',
    receivedBy: 'relay.example',
    deviceName: 'Gate',
    charset: 'ja',
  };
}

async function prepareOnce(bytes: Buffer): Promise<readonly string[]> {
  const prepared = await prepareMail(inputOf(bytes));
  for await (const _ of prepared.open());
  return prepared.changes;
}

async function measure(name: string, bytes: Buffer, seconds: number): Promise<Record<string, string | number>> {
  const changes = await prepareOnce(bytes);
  // The compiler's work is not the mail's.
  const warmUntil = performance.now() + (seconds * 1000) / 4;
  while (performance.now() < warmUntil) await prepareOnce(bytes);
  const cpu = process.cpuUsage();
  const until = performance.now() + seconds * 1000;
  let mails = 0;
  let peak = 0;
  do {
    await prepareOnce(bytes);
    mails += 1;
    peak = Math.max(peak, process.memoryUsage.rss());
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(cpu);
  return {
    mail: name,
    'CPU ms/mail': figure((user + system) / 1000 / mails),
    'MB/s of CPU': Math.round((mails * bytes.length) / (user + system)),
    'body changes': changes.filter((change) => /^(?:body|part|parts|charset)\./.test(change)).join(', ') || 'none',
    memory: megabytes(peak),
  };
}
