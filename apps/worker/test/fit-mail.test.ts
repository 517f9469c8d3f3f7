import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eachPart, outlineMail, type WholeMail } from '@hikyaku/mail';
import sharp from 'sharp';
import { fitMail } from '../src/fitting/fit-mail.ts';
import type { Shrink } from '../src/fitting/fit-pictures.ts';
import { createShrinker } from '../src/pictures/shrinker.ts';
import { bytesOf, mailWith, makePicture, makePng, preparedMail, TAKEN_AT } from './picture-mails.ts';

const shrinker = createShrinker();
after(() => shrinker.close());
const never = new AbortController().signal;
const shrink: Shrink = (picture, step) => shrinker.shrink('t1', picture, step, never);

const camera = await makePicture(1920, 1080);
const large = await makePicture(3000, 2000);
const screenshot = await makePng(800, 600);
/** A small file of ten thousand by ten thousand pixels. */
const bomb = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#ffffff' } })
  .png({ compressionLevel: 9 })
  .toBuffer();

async function filesOf(mail: WholeMail) {
  const { parts } = await outlineMail(mail);
  const contents = new Map<number, Buffer>();
  for await (const { index, bytes } of eachPart(mail, () => true)) contents.set(index, bytes);
  return parts.map(({ index, type, name }) => ({ type, name, bytes: contents.get(index)! }));
}

test('pictures become no smaller than they must, keep when they were taken, and all else of the mail stays as it was', async () => {
  const log = { type: 'text/csv', name: 'log.csv', bytes: Buffer.from('a,b\r\n') };
  const mail = await preparedMail(
    mailWith([
      { type: 'image/jpeg', name: 'a.jpg', bytes: large },
      log,
      { type: 'image/png', name: '玄関.PNG', bytes: screenshot },
    ]),
  );
  const limit = Math.floor(mail.sizeBytes * 0.6);
  const fitted = await fitMail(mail, await outlineMail(mail), limit, shrink);
  assert.ok(fitted && fitted.sizeBytes <= limit);
  assert.deepEqual([fitted.changes, fitted.pictures.size], [['pictures.smaller'], 2]);
  assert.equal((await bytesOf(fitted)).length, fitted.sizeBytes);
  const [text, first, other, last, ...more] = await filesOf(fitted);
  assert.deepEqual([text!.bytes.toString(), other!.bytes.toString(), more], ['Motion was seen.', 'a,b\r\n', []]);
  assert.deepEqual(
    [first!.type, first!.name, last!.type, last!.name],
    ['image/jpeg', 'a.jpg', 'image/jpeg', '玄関.jpg'],
  );
  const { width, height, exif } = await sharp(first!.bytes).metadata();
  assert.deepEqual([width, height, exif?.includes(TAKEN_AT)], [2560, 1707, true]);
  assert.deepEqual((await sharp(last!.bytes).metadata()).format, 'jpeg');
  // A tighter limit takes a further step, not the last one at once.
  const tighter = await fitMail(mail, await outlineMail(mail), Math.floor(fitted.sizeBytes * 0.7), shrink);
  const size = (await sharp((await filesOf(tighter!))[1]!.bytes).metadata()).width!;
  assert.ok(size < 2560 && size >= 1280);
});

test('a picture that cannot be read, is cut, or would be huge when decoded is refused alone: it stays, the others become smaller', async () => {
  const broken = Buffer.concat([camera.subarray(0, 40), Buffer.alloc(60_000, 7)]);
  const mail = await preparedMail(
    mailWith([
      { type: 'image/png', name: 'bomb.png', bytes: bomb },
      { type: 'image/jpeg', name: 'broken.jpg', bytes: broken },
      { type: 'image/jpeg', name: 'a.jpg', bytes: large },
    ]),
  );
  const fitted = await fitMail(mail, await outlineMail(mail), mail.sizeBytes - 500_000, shrink);
  assert.equal(fitted?.pictures.size, 1);
  const [, first, second, third] = await filesOf(fitted!);
  assert.ok(first!.bytes.equals(bomb) && second!.bytes.equals(broken) && third!.bytes.length < large.length);
});

test('a mail that is a picture and nothing else keeps its header', async () => {
  const mail = await preparedMail(
    Buffer.from(
      `From: a@example.com\r\nTo: owner@example.com\r\nSubject: Door\r\nContent-Type: image/png; name="x.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${screenshot.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
    ),
  );
  const fitted = await fitMail(mail, await outlineMail(mail), Math.floor(mail.sizeBytes / 2), shrink);
  const text = (await bytesOf(fitted!)).toString('latin1');
  assert.equal(text.length, fitted!.sizeBytes);
  assert.match(text, /^Subject: Door\r\n/m);
  assert.match(text, /^Content-Type: image\/jpeg;\r\n name=x\.jpg\r\n/m);
  assert.ok(text.endsWith('\r\n'));
});

test('a mail without pictures, and one whose other parts are too large alone, cannot be fitted so', async () => {
  const file = { type: 'application/pdf', name: 'a.pdf', bytes: Buffer.alloc(200_000, 1) };
  const plain = await preparedMail(mailWith([file]));
  assert.equal(await fitMail(plain, await outlineMail(plain), 100_000, shrink), null);
  const both = await preparedMail(mailWith([file, { type: 'image/jpeg', name: 'a.jpg', bytes: camera }]));
  assert.equal(await fitMail(both, await outlineMail(both), 200_000, shrink), null);
});
