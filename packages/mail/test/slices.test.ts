import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { outlineMail, planSlices, prepareMail, sliceFiles, sliceMail, type WholeMail } from '../src/index.ts';

const KB = 1024;

test('slices share out every byte of every file once, in order, each within its room, and no more mails than are needed', () => {
  const file = fc
    .record({
      bytes: fc.integer({ min: 0, max: 3_000_000 }),
      share: fc.option(fc.double({ min: 0.1, max: 1, noNaN: true })),
    })
    .map(({ bytes, share }) => ({ bytes, ...(share === null ? {} : { smallerBytes: Math.floor(bytes * share) }) }));
  const room = fc.record({
    first: fc.integer({ min: 200_000, max: 1_000_000 }),
    others: fc.integer({ min: 200_000, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 12 }), room, (files, room) => {
      const slices = planSlices(files, room);
      if (!slices) return;
      assert.deepEqual([slices[0]!.from, slices.at(-1)!.to], [point(0), point(files.length)]);
      for (const [index, { number, of, from, to }] of slices.entries()) {
        assert.deepEqual([number, of], [index + 1, slices.length]);
        if (index > 0) assert.deepEqual(from, slices[index - 1]!.to);
        let bytes = 0;
        for (let at = from.file; at <= Math.min(to.file, files.length - 1); at++) {
          const { bytes: all, smallerBytes }: { bytes: number; smallerBytes?: number } = files[at]!;
          const start = at === from.file ? from.byte : 0;
          const stop = at === to.file ? to.byte : all;
          assert.ok(start <= stop);
          if (at === to.file && to.byte === 0) continue;
          const isWhole = start === 0 && stop === all;
          bytes += Math.ceil((isWhole ? (smallerBytes ?? all) : stop - start) / 57) * 78;
        }
        assert.ok(bytes <= (index === 0 ? room.first : room.others), `${bytes}`);
      }
      const least = files.reduce((sum, { bytes, smallerBytes = bytes }) => sum + smallerBytes, 0) / 1_000_000;
      assert.ok(slices.length >= least * 0.9);
    }),
    { numRuns: 300 },
  );
});

const point = (file: number) => ({ file, byte: 0, piece: 0 });

async function bytesOf(mail: WholeMail): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of mail.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const lines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
const part = (fields: string, bytes: Buffer): string =>
  `--b1\r\n${fields}Content-Transfer-Encoding: base64\r\n\r\n${lines(bytes)}\r\n`;

async function prepared(body: string, fields = 'Content-Type: multipart/mixed; boundary=b1\r\n'): Promise<WholeMail> {
  const bytes = Buffer.from(
    `From: a@example.com\r\nTo: owner@example.com\r\nSubject: =?utf-8?B?546E6Zai?=\r\nMIME-Version: 1.0\r\n${fields}\r\n${body}`,
  );
  return prepareMail({
    async *source() {
      for (let at = 0; at < bytes.length; at += 40_000) yield bytes.subarray(at, at + 40_000);
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

async function cut(mail: WholeMail, limit: number) {
  const outline = await outlineMail(mail);
  const room = limit - 8 * KB;
  const slices = planSlices(sliceFiles(outline), { first: room, others: room })!;
  const mails = await Promise.all(slices.map((slice) => sliceMail(mail, outline, slice)));
  for (const each of mails) assert.ok(each.sizeBytes <= limit && (await bytesOf(each)).length === each.sizeBytes);
  return Promise.all(mails.map(async (each) => simpleParser(await bytesOf(each))));
}

test('a mail in parts: its texts in the first, whole files where they fit, pieces of those that nothing holds, and nothing lost', async () => {
  const picture = randomBytes(150 * KB);
  const scan = randomBytes(700 * KB);
  const body =
    `--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain; charset=shift_jis\r\nContent-Transfer-Encoding: base64\r\n\r\nkH2Wyg==\r\n` +
    '--b2\r\nContent-Type: text/html\r\n\r\n<p>Motion</p>\r\n--b2--\r\n' +
    part('Content-Type: image/jpeg; name=a.jpg\r\nContent-ID: <one>\r\n', picture) +
    part(`Content-Type: application/pdf; name*=UTF-8''%E5%9B%B3.pdf\r\n`, scan) +
    '--b1\r\nContent-Type: text/csv; name=log.csv\r\n\r\na,b\r\n1,2\r\n--b1--\r\n';
  const mails = await cut(await prepared(body), 300 * KB);
  assert.equal(mails.length, 5);
  assert.deepEqual(
    mails.map(({ subject, messageId, references }) => [subject, messageId, references]),
    [
      ['玄関 (1/5)', '<a@mail.local>', undefined],
      ...[2, 3, 4, 5].map((number) => [`玄関 (${number}/5)`, `<a.part${number}@mail.local>`, '<a@mail.local>']),
    ],
  );
  assert.match(mails[0]!.text!, /^図面/);
  assert.match(mails[0]!.text!, /5通に分けて届きます。これは1通目です。/);
  assert.match(String(mails[0]!.html), /<p>Motion<\/p>/);
  assert.match(mails[1]!.text!, /comes in 5 parts. This is part 2.[\s\S]*copy \/b "図.pdf.001"\+"図.pdf.002" "図.pdf"/);
  assert.doesNotMatch(mails[1]!.text!, /図面/);
  const files = mails.flatMap(({ attachments }) => attachments);
  const pieces = files.filter(({ filename }) => filename?.startsWith('図.pdf.'));
  assert.deepEqual(
    pieces.map(({ filename }) => filename),
    ['図.pdf.001', '図.pdf.002', '図.pdf.003', '図.pdf.004'].slice(0, pieces.length),
  );
  assert.ok(Buffer.concat(pieces.map(({ content }) => content)).equals(scan));
  const whole = new Map(files.map((file) => [file.filename, file]));
  assert.ok(whole.get('a.jpg')!.content.equals(picture));
  assert.equal(whole.get('a.jpg')!.cid, 'one');
  assert.equal(whole.get('log.csv')!.content.toString().trim(), 'a,b\r\n1,2');
  assert.equal(files.length, pieces.length + 2);
});

test('a mail that is one file, and one that is signed, come in pieces that give them back', async () => {
  const scan = randomBytes(500 * KB);
  const single = await cut(
    await prepared(
      `${lines(scan)}\r\n`,
      'Content-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n',
    ),
    300 * KB,
  );
  const pieces = single.flatMap(({ attachments }) => attachments);
  assert.ok(Buffer.concat(pieces.map(({ content }) => content)).equals(scan));
  const signedBody = `--s\r\nContent-Type: text/plain\r\n\r\n${'A line of it.\r\n'.repeat(30_000)}--s--\r\n`;
  const type = 'Content-Type: multipart/signed; boundary=s\r\n';
  const signed = await cut(await prepared(signedBody, type), 300 * KB);
  const again = Buffer.concat(signed.flatMap(({ attachments }) => attachments.map(({ content }) => content)));
  assert.ok(again.toString().startsWith(`MIME-Version: 1.0\r\n${type}\r\n--s\r\n`));
  assert.ok(again.toString().includes(signedBody));
});

test('a file’s name is told as a person reads it, also where it came in encoded words', async () => {
  const words = '=?UTF-8?B?546E6Zai44Kr44Oh?=\r\n =?UTF-8?B?44OpLmpwZw==?=';
  const mail = await prepared(`${part(`Content-Type: image/jpeg; name="${words}"\r\n`, randomBytes(100))}--b1--\r\n`);
  const { parts } = await outlineMail(mail);
  assert.deepEqual(
    parts.map(({ name }) => name),
    ['玄関カメラ.jpg'],
  );
});
