import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { composeMail, takePicture, takeShown } from '../src/index.ts';

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

test('what a chat shows of a mail: its subject, its sender’s name, and so many pictures as there is room for', async () => {
  const picture = (n: number) => ({
    name: `${n}.jpg`,
    type: 'image/jpeg',
    bytes: Buffer.concat([JPEG, Buffer.from([n])]),
  });
  const mail = Buffer.concat([
    Buffer.from('From: =?UTF-8?B?546E6Zai?= <a@b.example>\r\n'),
    mailWith(picture(1), { name: 'log.txt', type: 'text/plain', bytes: Buffer.from('x') }, picture(2), picture(3)),
  ]);
  const last = async (limits: { most: number; maxBytes: number }) =>
    (await takeShown(inPieces(mail, 777), limits)).pictures.map(({ bytes }) => bytes.at(-1));
  const shown = await takeShown(inPieces(mail, 777), { most: 10, maxBytes: 100_000 });
  assert.deepEqual([shown.subject, shown.sender], ['Motion', '玄関']);
  assert.deepEqual(await last({ most: 10, maxBytes: 100_000 }), [1, 2, 3]);
  assert.deepEqual(await last({ most: 2, maxBytes: 100_000 }), [1, 2]);
  assert.deepEqual(await last({ most: 10, maxBytes: 2 * JPEG.length + 2 }), [1, 2]);
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
