import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { SendResult } from '@hikyaku/core';
import { splitPart } from '@hikyaku/db';
import sharp from 'sharp';
import { ACCEPTED, type FakeTransport, fakeTransport } from './fake-transport.ts';
import { mailWith, makePicture, makePng, TAKEN_AT, type TestFile } from './picture-mails.ts';
import { LIMITS, openScene, type Place, type Scene, startWorker, untilState } from './scene.ts';

let scene: Scene;
let worker: { close(): Promise<void> } | undefined;
const picture = await makePicture(1920, 1080);
before(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});
after(() => scene.close());

const photo = await makePicture(3000, 2000);
const png = await makePng(400, 400);

/** The time to make pictures smaller, on a loaded machine. */
const PATIENT = { ...LIMITS, SEND_DEADLINE_MS: 60_000, LEASE_MS: 90_000 };

/** A provider that takes `maxSizeBytes`, and says so or not. */
function narrow(maxSizeBytes: number, isNamed = true): FakeTransport {
  return fakeTransport(({ mail: { sizeBytes } }): SendResult => {
    if (sizeBytes <= maxSizeBytes) return ACCEPTED;
    return { outcome: 'rejected', code: 'upstream.too_large', ...(isNamed ? { maxSizeBytes } : {}) };
  });
}

const LATER: SendResult = { outcome: 'deferred', code: 'upstream.unavailable', status: 503, scope: 'message' };

async function sendPictures(count: number, fake: FakeTransport) {
  const place = await scene.makePlace();
  const base64 = picture.toString('base64').replace(/.{76}/g, '$&\r\n');
  const part = `--b1\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`;
  const { id } = await scene.makeMail(
    place,
    {},
    { fields: 'Content-Type: multipart/mixed; boundary=b1\r\n', body: `${part.repeat(count)}--b1--` },
  );
  worker = await startWorker(scene, { transports: { microsoft: fake }, limits: PATIENT });
  return id;
}

const sentEvent = async (id: string) => {
  const [row] = await scene.db.owner.query<{ data: Record<string, unknown> }>(
    `SELECT data FROM message_events WHERE message_id = $1 AND kind = 'sent'`,
    [id],
  );
  return row!.data;
};

test('a mail over what its provider takes leaves with smaller pictures, once, and its story has the sizes', async () => {
  const fake = narrow(500_000);
  const id = await sendPictures(2, fake);
  const facts = await untilState(scene, id, 'sent', 60_000);
  const sizes = fake.sent.map(({ text }) => text.length);
  assert.equal(facts.attempts.length, 1);
  assert.deepEqual(
    sizes.map((size) => size <= 500_000),
    [false, true],
  );
  const { changes, fitting } = await sentEvent(id);
  assert.ok((changes as string[]).includes('pictures.smaller'));
  assert.deepEqual(fitting, { fromBytes: sizes[0], toBytes: sizes[1], pictures: 2 });
});

test('a way for large mails that did not take it stands in the story, and so does the one by which a mail left whole', async () => {
  const fake = fakeTransport(({ mail: { sizeBytes } }): SendResult => {
    if (sizeBytes <= 500_000) return ACCEPTED;
    return { outcome: 'rejected', code: 'upstream.too_large', maxSizeBytes: 500_000, passedOver: 'smtp_off' };
  });
  const fitted = await sendPictures(2, fake);
  await untilState(scene, fitted, 'sent', 60_000);
  const { changes } = await sentEvent(fitted);
  assert.partialDeepStrictEqual(new Set(changes as string[]), new Set(['pictures.smaller', 'mail.smtp_off']));
  await worker!.close();
  const whole = await sendPictures(
    1,
    fakeTransport(() => ({ outcome: 'accepted', status: 250, largeBy: 'smtp' })),
  );
  await untilState(scene, whole, 'sent', 60_000);
  const event = await sentEvent(whole);
  assert.ok((event.changes as string[]).includes('mail.by_smtp'));
  assert.equal(event.fitting, undefined);
});

const wantSmaller = (place: Place) =>
  scene.db.owner.query('UPDATE devices SET smaller_pictures = true WHERE id = $1', [place.device.id]);

/** A device's mail with `files`, as the scene takes its text. */
function textWith(files: TestFile[]) {
  const [header = '', ...body] = mailWith(files).toString('latin1').split('\r\n\r\n');
  return { fields: `${header.split('\r\n').slice(3).join('\r\n')}\r\n`, body: body.join('\r\n\r\n') };
}

const JPEG_PHOTO = { type: 'image/jpeg', name: 'a.jpg', bytes: photo };
/** What stands in a mail in base64, by its file name. */
const bytesOfFile = (mail: string, name: string): Buffer => {
  const [, content = ''] = mail.split(new RegExp(`filename="?${name}"?[^]*?\\r\\n\\r\\n`));
  return Buffer.from(content.split('\r\n--')[0]!, 'base64');
};

test('where its owner wants that, a device’s larger photos leave smaller and all else as it came', async () => {
  const fake = fakeTransport();
  const place = await scene.makePlace();
  await wantSmaller(place);
  const broken = Buffer.concat([photo.subarray(0, 40), Buffer.alloc(400_000, 7)]);
  const small = await makePicture(640, 360);
  const named = { type: 'image/jpeg', name: 'd.jpg', bytes: png };
  const kept = [
    { type: 'image/jpeg', name: 'b.jpg', bytes: small },
    { type: 'image/png', name: 'c.png', bytes: png },
    named,
    { type: 'image/jpeg', name: 'e.jpg', bytes: broken },
    { type: 'application/pdf', name: 'f.pdf', bytes: photo },
  ];
  const { id } = await scene.makeMail(place, {}, textWith([JPEG_PHOTO, ...kept]));
  worker = await startWorker(scene, { transports: { microsoft: fake }, limits: PATIENT });
  await untilState(scene, id, 'sent', 60_000);
  const { text } = fake.sent[0]!;
  const smaller = bytesOfFile(text, 'a.jpg');
  const { width, height, format, exif } = await sharp(smaller).metadata();
  assert.deepEqual([width, height, format, exif?.includes(TAKEN_AT)], [1600, 1067, 'jpeg', true]);
  assert.ok(photo.length > 1_000_000 && smaller.length < photo.length / 2);
  for (const { name, bytes } of kept) assert.ok(bytesOfFile(text, name).equals(bytes), name);
  const { changes, fitting } = await sentEvent(id);
  assert.ok((changes as string[]).includes('pictures.smaller_wanted'));
  const { fromBytes, ...rest } = fitting as { fromBytes: number };
  assert.deepEqual(rest, { toBytes: text.length, pictures: 1 });
  assert.ok(fromBytes > text.length);
});

test('photos that are smaller already are fitted further where their upstream takes less, and leave in pieces as they came where that is not enough', async () => {
  const place = await scene.makePlace();
  await wantSmaller(place);
  const send = async (fake: FakeTransport) => {
    const { id } = await scene.makeMail(place, {}, textWith([JPEG_PHOTO]));
    worker = await startWorker(scene, { transports: { microsoft: fake }, limits: PATIENT });
    await untilState(scene, id, 'sent', 60_000);
    await worker.close();
    return id;
  };
  const { changes, fitting } = await sentEvent(await send(narrow(300_000)));
  assert.partialDeepStrictEqual(new Set(changes as string[]), new Set(['pictures.smaller_wanted', 'pictures.smaller']));
  assert.equal((fitting as { pictures: number }).pictures, 1);
  const fake = narrow(240_000);
  await send(fake);
  const names = Array.from({ length: 20 }, (_, index) => `a.jpg.${String(index + 1).padStart(3, '0')}`);
  const left = fake.sent.filter(({ text }) => text.length <= 240_000).map(({ text }) => text);
  const pieces = names.flatMap((name) =>
    left.filter((text) => text.includes(name)).map((text) => bytesOfFile(text, name)),
  );
  assert.ok(Buffer.concat(pieces).equals(photo));
});

test('nobody’s wish touches what is signed, the photos of another device, or a mail whose pictures cannot be worked on', async () => {
  const [wished, other] = [await scene.makePlace(), await scene.makePlace()];
  await wantSmaller(wished);
  const inner = textWith([JPEG_PHOTO]);
  const signed = {
    fields: 'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=s1\r\n',
    body: `--s1\r\n${inner.fields}\r\n${inner.body}\r\n--s1\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s1--`,
  };
  const send = async (place: Place, content: { fields: string; body: string }, options = {}) => {
    const fake = fakeTransport();
    const { id } = await scene.makeMail(place, {}, content);
    worker = await startWorker(scene, { transports: { microsoft: fake }, limits: PATIENT, ...options });
    await untilState(scene, id, 'sent', 60_000);
    await worker.close();
    assert.ok(bytesOfFile(fake.sent[0]!.text, 'a.jpg').equals(photo));
    assert.equal((await sentEvent(id)).fitting, undefined);
    return fake.sent[0]!.text;
  };
  assert.ok((await send(wished, signed)).includes(signed.body));
  await send(other, inner);
  const shrink = () => Promise.reject(new Error('busy'));
  await send(wished, inner, { shrinker: { shrink, close() {} } });
  const never = (_tenant: string, _picture: Buffer, _step: unknown, signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  const hurried = { ...PATIENT, SEND_DEADLINE_MS: 4_000 };
  await send(wished, inner, { shrinker: { shrink: never, close() {} }, limits: hurried });
});

test('a provider that does not say what it takes is offered smaller ones, a bounded number of times', async () => {
  const fake = narrow(100_000, false);
  const id = await sendPictures(1, fake);
  const facts = await untilState(scene, id, 'failed', 60_000);
  assert.deepEqual([facts.state_code, facts.attempts.length, fake.sent.length], ['upstream.too_large', 1, 3]);
  const sizes = fake.sent.map(({ text }) => text.length);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
});

const file = (name: string, bytes: number): string =>
  `--b1\r\nContent-Type: application/pdf; name=${name}\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(bytes, name).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;

test('what smaller pictures do not make fit leaves in parts, each with a state of its own, and is sent when all are', async () => {
  let refusals = 0;
  const fake = narrow(400_000);
  const { answer } = fake;
  fake.answer = async (request, count) => {
    const result = await answer(request, count);
    const isSecond = /^Subject: .*\(2\/3\)/m.test(fake.sent.at(-1)!.text);
    return result.outcome === 'accepted' && isSecond && refusals++ === 0 ? LATER : result;
  };
  const place = await scene.makePlace();
  const body = `${file('a.pdf', 250_000)}${file('b.pdf', 250_000)}${file('c.pdf', 250_000)}--b1--`;
  const fields = 'Content-Type: multipart/mixed; boundary=b1\r\n';
  const { id } = await scene.makeMail(place, {}, { fields, body });
  worker = await startWorker(scene, { transports: { microsoft: fake }, limits: PATIENT });
  const facts = await untilState(scene, id, 'sent', 60_000);
  const parts = await scene.db.owner.query<{ number: number; state: string; slice: { number: number; of: number } }>(
    'SELECT number, state::text, slice FROM parts WHERE message_id = $1 ORDER BY number',
    [id],
  );
  assert.deepEqual(
    parts.map(({ number, state, slice }) => [number, state, slice.number, slice.of]),
    [1, 2, 3].map((number) => [number, 'sent', number, 3]),
  );
  const taken = fake.sent.filter(({ text }) => text.length <= 400_000);
  const subjects = taken.map(({ text }) => /^Subject: (.*)$/m.exec(text)![1]!.trim());
  assert.deepEqual(subjects.toSorted(), ['Motion (1/3)', 'Motion (2/3)', 'Motion (2/3)', 'Motion (3/3)']);
  assert.deepEqual(
    [facts.key_sealed, facts.content_until, facts.events.filter((kind) => kind === 'in_parts').length],
    [null, null, 1],
  );
  const { changes, fitting } = await sentEvent(id);
  assert.ok((changes as string[]).includes('mail.in_parts'));
  assert.equal((fitting as { slice: { of: number } }).slice.of, 3);
});

test('a claim that was lost divides nothing', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const slice = { number: 1, of: 1, from: { file: 0, byte: 0, piece: 0 }, to: { file: 1, byte: 0, piece: 0 } };
  const request = { messageId: id, fence: 7, partNumber: 1, slices: [slice, slice] };
  assert.equal(await splitPart(scene.db.system, request), false);
  const [row] = await scene.db.owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM parts WHERE message_id = $1 AND (number > 1 OR slice IS NOT NULL)',
    [id],
  );
  assert.equal(row!.count, 0);
});
