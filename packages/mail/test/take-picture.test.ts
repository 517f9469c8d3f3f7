import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { composeMail, takePicture } from '../src/index.ts';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(3_000, 1)]);
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 2)]);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const mailWith = (...files: { name: string; type: string; bytes: Buffer }[]): Buffer =>
  composeMail({
    from: 'a@b.example',
    recipients: ['c@d.example'],
    subject: 'Motion',
    text: 'Motion\n',
    languages: ['en'],
    messageIdHeader: '<1@b.example>',
    date: new Date(0),
    files,
  });

test('the first picture is found wherever the pieces are cut, and told by its bytes, not by its header', async () => {
  const mail = mailWith(
    { name: 'log.jpg', type: 'image/jpeg', bytes: Buffer.from('this is no picture at all') },
    { name: 'a', type: 'application/octet-stream', bytes: JPEG },
    { name: 'b.png', type: 'image/png', bytes: PNG },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: mail.length }), async (size) => {
      const picture = await takePicture(inPieces(mail, size), 10_000);
      assert.equal(picture?.type, 'image/jpeg');
      assert.ok(picture?.bytes.equals(JPEG));
    }),
    { numRuns: 30 },
  );
});

test('one that is too large is passed over, and a mail without any has none', async () => {
  const mail = mailWith(
    { name: 'a.jpg', type: 'image/jpeg', bytes: JPEG },
    { name: 'b.png', type: 'image/png', bytes: PNG },
  );
  assert.ok((await takePicture(inPieces(mail, 100), 1_000))?.bytes.equals(PNG));
  assert.equal(await takePicture(inPieces(mail, 100), 100), null);
  assert.equal(await takePicture(inPieces(mailWith(), 100), 10_000), null);
  assert.equal(await takePicture(inPieces(Buffer.alloc(0), 1), 10_000), null);
});

test('a mail that is a picture itself is one, also in raw bytes', async () => {
  const head = Buffer.from('Subject: x\r\nContent-Type: image/jpeg\r\n\r\n');
  assert.equal((await takePicture(inPieces(Buffer.concat([head, JPEG]), 700), 10_000))?.type, 'image/jpeg');
});

test('whatever a mail is made of, the search ends and keeps no more than it may', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 500 }), async (bytes, size) => {
      const picture = await takePicture(inPieces(Buffer.concat([Buffer.from('A: b\r\n\r\n'), bytes]), size), 100);
      assert.ok(picture === null || picture.bytes.length <= 100);
    }),
  );
});
