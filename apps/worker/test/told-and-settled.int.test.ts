import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, OUTBOX_WRITTEN } from '@hikyaku/db';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, openScene, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
const closing: (() => Promise<unknown>)[] = [];
before(async () => {
  scene = await openScene();
});
after(() => scene.close());
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function work(fake = fakeTransport(), options: { limits?: typeof LIMITS } = {}): Promise<void> {
  const worker = await startWorker(scene, { transports: { microsoft: fake }, ...options });
  closing.push(() => worker.close());
}

test('each end of a send is told in the outbox, and its readers are woken once for a batch', async () => {
  const place = await scene.makePlace();
  const told: string[] = [];
  const listening = await listen(scene.db.url, [OUTBOX_WRITTEN], (_, payload) => void told.push(payload));
  closing.push(() => listening.close());
  const mails = [];
  for (let count = 0; count < 8; count++) mails.push(await scene.makeMail(place));
  await work();
  for (const { id } of mails) await untilState(scene, id, 'sent');
  await until('a notification', () => told.length > 0);
  await sleep(250);
  assert.ok(told.length <= 5, `${told.length} notifications for eight mails`);
  const rows = await scene.db.system.query<{ tenantId: string; id: string; facts: Record<string, unknown> }>(
    `SELECT tenant_id AS "tenantId", subject_id AS id, facts FROM outbox WHERE kind = 'message.moved' AND subject_id = ANY ($1::uuid[])`,
    [mails.map(({ id }) => id)],
  );
  assert.equal(rows.length, mails.length, 'a claim is told by nothing');
  for (const { tenantId, facts } of rows) {
    assert.deepEqual(
      [tenantId, facts.was, facts.is, facts.mailboxId],
      [place.tenantId, 'queued', 'sent', place.mailbox.id],
    );
  }
});

test('a recipient refused for now is tried again alone, and its content lives until then; who has the mail gets it once', async () => {
  const place = await scene.makePlace();
  const recipients = ['taken@example.jp', 'later@example.jp', 'nobody@example.jp'];
  const { id } = await scene.makeMail(place, { recipients });
  const fake = fakeTransport((_, count) =>
    count === 1
      ? {
          outcome: 'accepted',
          status: 250,
          recipients: [
            {
              recipient: 'later@example.jp',
              outcome: 'deferred',
              code: 'upstream.throttled',
              status: 450,
              text: 'greylisted',
            },
            { recipient: 'nobody@example.jp', outcome: 'rejected', code: 'upstream.rejected', status: 550 },
          ],
        }
      : ACCEPTED,
  );
  await work(fake, { limits: { ...LIMITS, RETRY_PLAN_MS: [300] } });
  const waiting = await untilState(scene, id, 'deferred');
  assert.ok(waiting.key_sealed && waiting.content_destroyed_at === null);
  await untilState(scene, id, 'sent');
  assert.deepEqual(
    fake.sent.filter(({ messageId }) => messageId.includes(id)).map(({ recipients: whom }) => whom),
    [recipients, ['later@example.jp']],
  );
  const [part] = await scene.db.owner.query<{ results: { recipient: string; outcome: string }[] }>(
    'SELECT results FROM parts WHERE message_id = $1',
    [id],
  );
  assert.deepEqual(
    part!.results.map(({ recipient, outcome }) => [recipient, outcome]),
    [
      ['taken@example.jp', 'accepted'],
      ['nobody@example.jp', 'rejected'],
      ['later@example.jp', 'accepted'],
    ],
  );
});

test('the story names what was changed in the mail once a provider has seen it, and only names', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place, {}, 'one\ntwo');
  const later = { outcome: 'deferred', code: 'upstream.unavailable', scope: 'message' } as const;
  await work(fakeTransport((_, count) => (count === 1 ? later : ACCEPTED)));
  await untilState(scene, id, 'sent');
  const rows = await scene.db.owner.query<{ kind: string; changes: string[] | null }>(
    `SELECT kind, data -> 'changes' AS changes FROM message_events WHERE message_id = $1 ORDER BY number`,
    [id],
  );
  assert.deepEqual(rows, [
    { kind: 'deferred', changes: null },
    {
      kind: 'sent',
      changes: ['reply_to.set', 'from.replaced', 'date.missing', 'mime_version.added', 'body.line_ends'],
    },
  ]);
});

test('mail of no device leaves in our own name, with the mailbox’s address', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place, { device_id: null });
  const fake = fakeTransport();
  await work(fake);
  await untilState(scene, id, 'sent');
  assert.match(fake.sent[0]!.text, new RegExp(`^From: Hikyaku <${place.mailbox.address}>\r$`, 'm'));
});
