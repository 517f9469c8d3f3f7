import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTurnQueue } from '@hikyaku/queue';
import type { SpoolStore } from '@hikyaku/spool';
import { type TestRedis, useRedis } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, logger, openScene, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
let redis: TestRedis;
const closing: (() => Promise<unknown>)[] = [];
before(async () => {
  [scene, redis] = await Promise.all([openScene(), useRedis()]);
});
after(async () => {
  await scene.close();
  await redis.close();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  // What one test left waiting is not the next one's business.
  await scene.db.owner.query(`UPDATE messages SET state = 'cancelled', due_at = NULL WHERE state <> 'sent'`);
  await scene.db.owner.query('DELETE FROM upstream_accounts');
});

type Options = Omit<Parameters<typeof startWorker>[1], 'transports'>;
async function work(fake = fakeTransport(), options: Options = {}) {
  const worker = await startWorker(scene, { transports: { microsoft: fake }, ...options });
  closing.push(() => worker.close());
  return fake;
}
const spoolObjects = async (): Promise<string[]> => {
  const objects: string[] = [];
  for await (const { object } of scene.spool.list()) objects.push(object);
  return objects;
};

for (const backend of ['Postgres', 'Redis'] as const) {
  suite(`a worker with BullMQ on ${backend}`, () => {
    const store = () => (backend === 'Redis' ? { redisUrl: redis.url } : {});

    test('sends a mail once, tells its story, and destroys its content', async () => {
      const place = await scene.makePlace();
      const { id } = await scene.makeMail(place, {}, 'The picture itself.');
      const fake = await work(fakeTransport(), { ...store(), limits: { ...LIMITS, SWEEP_AFTER_MS: 60_000 } });
      const queue = await openTurnQueue({ databaseUrl: scene.db.url, ...store(), logger });
      closing.push(() => queue.close());
      await queue.wake([place.mailbox.account_key]);
      const facts = await untilState(scene, id, 'sent');
      assert.equal(fake.of(`<${id}@mail.local>`).length, 1, 'under the header that was fixed at acceptance');
      assert.equal(fake.sent.length, 1);
      const [mail] = fake.sent;
      assert.match(mail!.text, /The picture itself\./);
      assert.match(mail!.text, new RegExp(`^From: .*<${place.mailbox.address}>`, 'm'));
      assert.deepEqual(mail!.recipients, ['owner@example.com']);
      assert.ok(facts.sent_at && facts.content_destroyed_at);
      assert.deepEqual([facts.key_sealed, facts.partState, facts.due_at], [null, 'sent', null]);
      assert.deepEqual(
        facts.attempts.map(({ outcome, is_repeat }) => [outcome, is_repeat]),
        [['accepted', false]],
      );
      assert.ok(facts.attempts[0]!.opened_at);
      assert.deepEqual(facts.events, ['sent']);
      await until('the object is gone', async () => (await spoolObjects()).length === 0);
      await until('the row forgets it', async () => (await scene.message(id)).spool_object === null);
    });

    test('two workers at once send each of many mails exactly once', async () => {
      const places = [];
      for (let count = 0; count < 4; count++) places.push(await scene.makePlace());
      const ids: string[] = [];
      for (let count = 0; count < 40; count++) ids.push((await scene.makeMail(places[count % 4]!)).id);
      const fake = fakeTransport(async () => {
        await sleep(5);
        return ACCEPTED;
      });
      await work(fake, store());
      await work(fake, store());
      for (const id of ids) await untilState(scene, id, 'sent', 20_000);
      assert.equal(fake.sent.length, ids.length);
      assert.equal(new Set(fake.sent.map(({ messageId }) => messageId)).size, ids.length);
    });
  });
}

test('the small mails of a pack are destroyed one by one, and the object with the last', async () => {
  const place = await scene.makePlace();
  const [first, second] = await scene.makePack(place, 2);
  await scene.db.owner.query(`UPDATE messages SET due_at = now() + interval '1 hour' WHERE id = $1`, [second!.id]);
  await work();
  const facts = await untilState(scene, first!.id, 'sent');
  assert.equal(facts.key_sealed, null);
  assert.equal((await spoolObjects()).length, 1);
  await scene.db.owner.query('UPDATE messages SET due_at = now() WHERE id = $1', [second!.id]);
  await untilState(scene, second!.id, 'sent');
  await until('the pack is gone', async () => (await spoolObjects()).length === 0);
});

test('no account has more than four sends under way at Microsoft', async () => {
  const place = await scene.makePlace();
  const ids: string[] = [];
  for (let count = 0; count < 12; count++) ids.push((await scene.makeMail(place)).id);
  const fake = await work(
    fakeTransport(async () => {
      await sleep(30);
      return ACCEPTED;
    }),
  );
  for (const id of ids) await untilState(scene, id, 'sent');
  assert.equal(fake.mostAtOnce, 4);
});

test('a deferred mail is tried again, and the provider’s rest keeps the whole account quiet', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const fake = await work(
    fakeTransport((_, count) =>
      count === 1
        ? { outcome: 'deferred', code: 'upstream.throttled', status: 429, retryAfterMs: 700, scope: 'account' }
        : ACCEPTED,
    ),
  );
  await until('the first try', () => fake.sent.length === 1);
  const { id: other } = await scene.makeMail(place);
  const facts = await untilState(scene, id, 'sent');
  await untilState(scene, other, 'sent');
  assert.deepEqual(
    facts.attempts.map(({ outcome, code }) => [outcome, code]),
    [
      ['deferred', 'upstream.throttled'],
      ['accepted', null],
    ],
  );
  for (const later of fake.sent.slice(1))
    assert.ok(later.at - fake.sent[0]!.at >= 690, 'the account was asked too early');
});

test('a mail in doubt is sent again later under the same Message-ID, marked as a repeat', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const fake = await work(
    fakeTransport((_, count) =>
      count === 1 ? { outcome: 'in_doubt', code: 'upstream.in_doubt', status: 504 } : ACCEPTED,
    ),
  );
  const facts = await untilState(scene, id, 'sent');
  assert.deepEqual(
    facts.attempts.map(({ outcome, is_repeat }) => [outcome, is_repeat]),
    [
      ['in_doubt', false],
      ['accepted', true],
    ],
  );
  assert.equal(fake.sent.length, 2);
  assert.equal(fake.sent[0]!.messageId, fake.sent[1]!.messageId);
  assert.ok(fake.sent[1]!.at - fake.sent[0]!.at >= 150);
});

test('a dead token closes this mailbox only, holds its mail, and connecting it again sends everything', async () => {
  const place = await scene.makePlace();
  const other = await scene.makePlace();
  const mails = [];
  for (let count = 0; count < 6; count++) mails.push(await scene.makeMail(place));
  let isDead = true;
  const fake = await work(
    fakeTransport((request) =>
      isDead && request.mailbox.id === place.mailbox.id
        ? { outcome: 'auth_lost', code: 'upstream.auth_lost', status: 400 }
        : ACCEPTED,
    ),
  );
  for (const { id } of mails) {
    const facts = await untilState(scene, id, 'held');
    assert.ok(facts.key_sealed && facts.due_at === null && facts.events.includes('held'));
  }
  const { id: fine } = await scene.makeMail(other);
  await untilState(scene, fine, 'sent');
  const stateOf = (id: string) => scene.db.owner.query('SELECT state, state_code FROM mailboxes WHERE id = $1', [id]);
  assert.deepEqual(await stateOf(place.mailbox.id), [{ state: 'needs_reconnect', state_code: 'upstream.auth_lost' }]);
  assert.deepEqual(await stateOf(other.mailbox.id), [{ state: 'active', state_code: null }]);

  // New mail for a closed mailbox is held too, not tried.
  const tries = fake.sent.length;
  const { id: late } = await scene.makeMail(place);
  await untilState(scene, late, 'held');
  assert.equal(fake.sent.length, tries);

  isDead = false;
  // As the API writes it; its own release got lost, so the sweeper finds the mail.
  await scene.db.owner.query(
    `UPDATE mailboxes SET state = 'active', state_code = NULL, secret_sealed = $2, secret_version = secret_version + 1 WHERE id = $1`,
    [place.mailbox.id, scene.tokenBox.seal(place.mailbox.id, 'a new secret')],
  );
  for (const { id } of [...mails, { id: late }]) {
    const facts = await untilState(scene, id, 'sent');
    assert.deepEqual(facts.events.slice(-3), ['held', 'released', 'sent']);
  }
});

test('a token that dies under an old secret does not close a mailbox that was connected anew meanwhile', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  await work(
    fakeTransport(async (_, count) => {
      if (count > 1) return ACCEPTED;
      await scene.db.owner.query('UPDATE mailboxes SET secret_version = secret_version + 1 WHERE id = $1', [
        place.mailbox.id,
      ]);
      return { outcome: 'auth_lost', code: 'upstream.auth_lost' };
    }),
  );
  await untilState(scene, id, 'sent');
  const [mailbox] = await scene.db.owner.query('SELECT state FROM mailboxes WHERE id = $1', [place.mailbox.id]);
  assert.deepEqual(mailbox, { state: 'active' });
});

test('a refusal of the old secret does not close a mailbox whose new one another send of the turn has taken up already', async () => {
  const place = await scene.makePlace();
  const { id: stale } = await scene.makeMail(place);
  const { id: next } = await scene.makeMail(place);
  let arrived = 0;
  let takenUp: () => void;
  const isTakenUp = new Promise<void>((resolve) => {
    takenUp = resolve;
  });
  await work(
    fakeTransport(async ({ mailbox }) => {
      arrived += 1;
      if (arrived === 1) {
        // Refused under the old secret; the answer comes when the new one is in use.
        await isTakenUp;
        return { outcome: 'auth_lost', code: 'upstream.auth_lost', status: 401 };
      }
      if (arrived === 2) {
        await scene.db.owner.query(
          'UPDATE mailboxes SET secret_sealed = $2, secret_version = secret_version + 1 WHERE id = $1',
          [place.mailbox.id, scene.tokenBox.seal(place.mailbox.id, 'a new secret')],
        );
        await mailbox.refreshAlone!(async () => {});
        takenUp();
      }
      return ACCEPTED;
    }),
  );
  await untilState(scene, next, 'sent');
  await untilState(scene, stale, 'sent');
  const [mailbox] = await scene.db.owner.query('SELECT state FROM mailboxes WHERE id = $1', [place.mailbox.id]);
  assert.deepEqual(mailbox, { state: 'active' });
  const closings = (await scene.message(next)).events.concat((await scene.message(stale)).events);
  assert.equal(closings.filter((kind) => kind === 'held').length, 1, 'only the refused mail itself waited');
});

test('a refused mail keeps its content for a retry, then loses it', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  await work(
    fakeTransport(() => ({ outcome: 'rejected', code: 'upstream.rejected', status: 400, text: 'no such recipient' })),
  );
  const facts = await untilState(scene, id, 'failed');
  assert.deepEqual([facts.state_code, facts.content_destroyed_at], ['upstream.rejected', null]);
  assert.ok(facts.key_sealed && facts.content_until!.getTime() > Date.now());
  await scene.db.owner.query('UPDATE messages SET content_until = now() WHERE id = $1', [id]);
  await until('the content is destroyed', async () => (await scene.message(id)).key_sealed === null);
  await until('the object is gone', async () => (await scene.message(id)).spool_object === null);
  assert.deepEqual((await spoolObjects()).length, 0);
});

test('an outcome that the database refuses for the provider’s words is written without them, not repeated until it is a doubt', async () => {
  const place = await scene.makePlace();
  const { id: failed } = await scene.makeMail(place);
  const { id: sent } = await scene.makeMail(place);
  await work(
    fakeTransport(({ mail }) =>
      mail.messageId.includes(failed)
        ? { outcome: 'rejected', code: 'upstream.rejected', status: 400, text: 'no such \0 recipient' }
        : { outcome: 'accepted', status: 202, providerId: 'a number \0 of theirs' },
    ),
  );
  const facts = await untilState(scene, failed, 'failed');
  assert.deepEqual(
    facts.attempts.map(({ outcome, code }) => [outcome, code]),
    [['rejected', 'upstream.rejected']],
  );
  assert.equal((await untilState(scene, sent, 'sent')).attempts.length, 1);
});

test('one mail’s failure stops no other: damaged, missing, a transport that throws', async () => {
  const place = await scene.makePlace();
  const damaged = await scene.makeMail(place, { spool_length: 10 });
  const missing = await scene.makeMail(place, { spool_object: '00/gone.pack' });
  const throwing = await scene.makeMail(place);
  const fine = await scene.makeMail(place);
  await work(
    fakeTransport((request) => {
      if (request.mail.messageId.includes(throwing.id)) throw new TypeError('a bug of ours');
      return ACCEPTED;
    }),
    { limits: { ...LIMITS, RETRY_PLAN_MS: [60_000], IN_DOUBT_PLAN_MS: [60_000] } },
  );
  await untilState(scene, fine.id, 'sent');
  assert.equal((await untilState(scene, damaged.id, 'failed')).state_code, 'spool.content_damaged');
  // A folder that was not mounted comes back; the mail must still be there then.
  assert.equal((await untilState(scene, missing.id, 'deferred')).state_code, 'spool.content_missing');
  assert.equal((await untilState(scene, throwing.id, 'in_doubt')).state_code, 'bug.unknown');
});

test('a mailbox of the other mode is not used and must be connected again', async () => {
  const place = await scene.makePlace({ environment: 'live' });
  const { id } = await scene.makeMail(place);
  const fake = await work();
  const facts = await untilState(scene, id, 'held');
  assert.equal(facts.state_code, 'upstream.environment');
  const [mailbox] = await scene.db.owner.query('SELECT state, state_code FROM mailboxes WHERE id = $1', [
    place.mailbox.id,
  ]);
  assert.deepEqual(mailbox, { state: 'needs_reconnect', state_code: 'upstream.environment' });
  assert.equal(fake.sent.length, 0);
});

test('a rotated secret is stored sealed, and a race for it is lost without harm', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const seen: string[] = [];
  await work(
    fakeTransport(async ({ mailbox }) => {
      await mailbox.refreshAlone!(async (secret) => {
        seen.push(secret);
        await mailbox.saveSecret('rotated once');
      });
      // Another process connects the mailbox anew between our reading and our writing.
      await scene.db.owner.query(
        'UPDATE mailboxes SET secret_sealed = $2, secret_version = secret_version + 1 WHERE id = $1',
        [place.mailbox.id, scene.tokenBox.seal(place.mailbox.id, 'from elsewhere')],
      );
      await mailbox.saveSecret('rotated twice');
      seen.push(mailbox.secret);
      return ACCEPTED;
    }),
  );
  await untilState(scene, id, 'sent');
  const [row] = await scene.db.owner.query<{ secret_sealed: Buffer; secret_version: number }>(
    'SELECT secret_sealed, secret_version FROM mailboxes WHERE id = $1',
    [place.mailbox.id],
  );
  assert.equal(scene.tokenBox.open(place.mailbox.id, row!.secret_sealed), 'from elsewhere');
  assert.deepEqual(seen, [`secret of ${place.mailbox.id}`, 'from elsewhere']);
  assert.equal(row!.secret_version, 3);
});

test('a stop lets running sends end and claims nothing more', async () => {
  const place = await scene.makePlace();
  const mails = [];
  for (let count = 0; count < 8; count++) mails.push(await scene.makeMail(place));
  const fake = fakeTransport(async () => {
    await sleep(300);
    return ACCEPTED;
  });
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  await until('sends are under way', () => fake.sent.length === 4);
  await worker.close();
  const states = await Promise.all(mails.map(async ({ id }) => (await scene.message(id)).state));
  assert.deepEqual(states.sort(), ['queued', 'queued', 'queued', 'queued', 'sent', 'sent', 'sent', 'sent']);
});

test('a transport that never ends is given up at its deadline: in doubt after the mark, deferred before it', async () => {
  const place = await scene.makePlace();
  const opened = await scene.makeMail(place);
  const unopened = await scene.makeMail(place);
  const fake = fakeTransport();
  const send = fake.send.bind(fake);
  fake.send = (request) => (request.mail.messageId.includes(opened.id) ? send(request) : new Promise(() => {}));
  fake.answer = () => new Promise(() => {});
  const limits = { ...LIMITS, SEND_DEADLINE_MS: 300, RETRY_PLAN_MS: [60_000], IN_DOUBT_PLAN_MS: [60_000] };
  await work(fake, { limits });
  assert.equal((await untilState(scene, opened.id, 'in_doubt')).state_code, 'upstream.in_doubt');
  await untilState(scene, unopened.id, 'deferred');
});

test('a mail that could not be read within its time waits for us, and its provider is not blamed', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  let goOn = (): void => {};
  const isStill = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const spool: SpoolStore = Object.assign(Object.create(scene.spool), {
    async *read(...place: Parameters<SpoolStore['read']>) {
      await isStill;
      yield* scene.spool.read(...place);
    },
  });
  const fake = fakeTransport();
  await work(fake, { spool, limits: { ...LIMITS, SEND_DEADLINE_MS: 300, RETRY_PLAN_MS: [60_000] } });
  const { state_code } = await untilState(scene, id, 'deferred', 20_000).finally(goOn);
  assert.equal(state_code, 'mail.preparation_busy');
  assert.equal(fake.sent.length, 0);
});
