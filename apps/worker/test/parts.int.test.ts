import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { SendResult } from '@hikyaku/core';
import { retryMessage } from '@hikyaku/db';
import { ACCEPTED, type FakeTransport, fakeTransport } from './fake-transport.ts';
import { LIMITS, openScene, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
let worker: { close(): Promise<void> } | undefined;
before(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});
after(() => scene.close());

const PEOPLE = Array.from({ length: 7 }, (_, index) => `person${index + 1}@example.com`);
const REJECTED: SendResult = { outcome: 'rejected', code: 'upstream.rejected', status: 400 };
const DEFERRED: SendResult = { outcome: 'deferred', code: 'upstream.unavailable', status: 503, scope: 'message' };

/** A worker whose provider takes three recipients at once, and a mail to seven. */
async function mailToSeven(answer: FakeTransport['answer'], limits = {}) {
  const fake: FakeTransport = { ...fakeTransport(answer), maxRecipients: 3 };
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place, { recipients: PEOPLE });
  worker = await startWorker(scene, { transports: { microsoft: fake }, limits: { ...LIMITS, ...limits } });
  return { id, place };
}

const partsOf = (id: string) =>
  scene.db.owner.query<{ number: number; state: string; places: number[]; attempts: number }>(
    `SELECT number, state::text, places, (SELECT count(*)::int FROM attempts t WHERE t.message_id = p.message_id AND t.part_number = p.number) AS attempts
     FROM parts p WHERE message_id = $1 ORDER BY number`,
    [id],
  );

test('a mail to more than the provider takes at once leaves in parts: each recipient gets it once, and it is sent when all are', async () => {
  const got: string[][] = [];
  const { id } = await mailToSeven(({ mail }) => {
    got.push(mail.recipients);
    return ACCEPTED;
  });
  const facts = await untilState(scene, id, 'sent');
  assert.deepEqual(got.toSorted(), [PEOPLE.slice(0, 3), PEOPLE.slice(3, 6), PEOPLE.slice(6)]);
  assert.deepEqual(
    (await partsOf(id)).map(({ number, state, places, attempts }) => [number, state, places, attempts]),
    [
      [1, 'sent', [1, 2, 3], 1],
      [2, 'sent', [4, 5, 6], 1],
      [3, 'sent', [7], 1],
    ],
  );
  assert.deepEqual([facts.key_sealed, facts.content_until], [null, null]);
});

test('a part that is tried again goes alone; the others are neither kept waiting nor sent again', async () => {
  const got: string[] = [];
  let refusals = 0;
  const { id } = await mailToSeven(({ mail }) => {
    if (mail.recipients.includes('person4@example.com') && refusals++ < 2) return DEFERRED;
    got.push(...mail.recipients);
    return ACCEPTED;
  });
  const facts = await untilState(scene, id, 'sent');
  assert.deepEqual(got.toSorted(), PEOPLE);
  assert.deepEqual(
    (await partsOf(id)).map(({ attempts }) => attempts),
    [1, 3, 1],
  );
  assert.deepEqual(
    facts.attempts.map(({ is_repeat }) => is_repeat),
    facts.attempts.map(() => false),
  );
});

test('one part refused for good keeps the mail and its content for the owner, whose retry sends that part alone', async () => {
  const got: string[] = [];
  let isMended = false;
  const { id, place } = await mailToSeven(({ mail }) => {
    if (!isMended && mail.recipients.includes('person1@example.com')) return REJECTED;
    got.push(...mail.recipients);
    return ACCEPTED;
  });
  const facts = await untilState(scene, id, 'failed');
  assert.equal(facts.state_code, 'upstream.rejected');
  assert.ok(facts.key_sealed && facts.content_until && facts.sent_at === null);
  assert.deepEqual(got.toSorted(), PEOPLE.slice(3));
  isMended = true;
  await scene.db.tenant.forTenant(place.tenantId).tx((tx) => retryMessage({ tx, tenantId: place.tenantId }, id));
  await untilState(scene, id, 'sent');
  assert.deepEqual(got.toSorted(), PEOPLE);
  assert.deepEqual(
    (await partsOf(id)).map(({ attempts }) => attempts),
    [2, 1, 1],
  );
});

test('a doubt is of one part: the others go on, and only its recipients may get a second copy', async () => {
  const copies = new Map<string, number>();
  let doubts = 0;
  const { id } = await mailToSeven(
    ({ mail }) => {
      for (const recipient of mail.recipients) copies.set(recipient, (copies.get(recipient) ?? 0) + 1);
      return mail.recipients.includes('person7@example.com') && doubts++ === 0
        ? { outcome: 'in_doubt', code: 'upstream.in_doubt' }
        : ACCEPTED;
    },
    { IN_DOUBT_PLAN_MS: [2_000] },
  );
  await until('the other parts are sent', async () =>
    (await partsOf(id)).slice(0, 2).every(({ state }) => state === 'sent'),
  );
  await untilState(scene, id, 'in_doubt');
  const facts = await untilState(scene, id, 'sent');
  assert.deepEqual(
    PEOPLE.map((person) => copies.get(person)),
    [1, 1, 1, 1, 1, 1, 2],
  );
  assert.equal(facts.attempts.filter(({ is_repeat }) => is_repeat).length, 1);
});

test('places that somebody wrote into the table reach nobody whom the device did not name', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place, { recipients: PEOPLE.slice(0, 2) });
  await scene.db.owner.query(
    `INSERT INTO parts (message_id, number, tenant_id, state, places) VALUES ($1, 1, $2, 'queued', '{2,3,40}')`,
    [id, place.tenantId],
  );
  const fake = fakeTransport();
  worker = await startWorker(scene, { transports: { microsoft: fake } });
  await untilState(scene, id, 'sent');
  assert.deepEqual(
    fake.sent.map(({ recipients }) => recipients),
    [['person2@example.com']],
  );
});
