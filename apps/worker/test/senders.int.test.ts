import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeSender } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { openScene, type Place, type Scene, startWorker, untilState } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** Of the place's mailbox, chosen by its device. */
async function choose(place: Place, row: Record<string, unknown>): Promise<string> {
  const { id } = await makeSender(scene.db.owner, place.mailbox, row);
  await scene.db.owner.query('UPDATE devices SET sender_id = $2 WHERE id = $1', [place.device.id, id]);
  return id;
}
const stateOf = async (id: string) =>
  (
    await scene.db.owner.query<{ state: string; state_code: string | null; is_tested: boolean }>(
      'SELECT state, state_code, tested_at IS NOT NULL AS is_tested FROM mailbox_senders WHERE id = $1',
      [id],
    )
  )[0];

test('a device’s mail leaves from the sender that was chosen while it works, and from the mailbox’s own address once it is refused', async (t) => {
  const place = await scene.makePlace();
  const senderId = await choose(place, { address: 'alerts@example.jp', tested_at: null });
  const fake = fakeTransport(({ sender }) => {
    if (sender) asked.push(sender.address);
    return sender && isRefused ? { outcome: 'auth_lost', code: 'upstream.sender_refused', status: 403 } : ACCEPTED;
  });
  const asked: string[] = [];
  let isRefused = false;
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const from = (id: string) => fake.of(`<${id}@mail.local>`).map(({ text }) => /^From: .*<(.+)>\r$/m.exec(text)?.[1]);

  const first = await scene.makeMail(place);
  await untilState(scene, first.id, 'sent');
  assert.deepEqual(from(first.id), ['alerts@example.jp']);

  isRefused = true;
  const second = await scene.makeMail(place);
  const facts = await untilState(scene, second.id, 'sent');
  assert.deepEqual(from(second.id), ['alerts@example.jp', place.mailbox.address]);
  assert.deepEqual(
    facts.attempts.map(({ outcome, code }) => [outcome, code]),
    [
      ['deferred', 'upstream.sender_fallback'],
      ['accepted', null],
    ],
    'the story says why',
  );
  assert.deepEqual(await stateOf(senderId), {
    state: 'refused',
    state_code: 'upstream.sender_refused',
    is_tested: true,
  });
  const third = await scene.makeMail(place);
  await untilState(scene, third.id, 'sent');
  assert.deepEqual(from(third.id), [place.mailbox.address]);
  assert.deepEqual(asked, ['alerts@example.jp', 'alerts@example.jp']);
  const [mailbox] = await scene.db.owner.query<{ state: string }>('SELECT state FROM mailboxes WHERE id = $1', [
    place.mailbox.id,
  ]);
  assert.equal(mailbox!.state, 'active');
});

test('a sender that is not tested, of another mailbox or of another tenant is never used for a device', async (t) => {
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const other = await scene.makePlace();
  for (const row of [{ state: 'untested' }, { mailbox_id: other.mailbox.id }, { tenant_id: other.tenantId }]) {
    const place = await scene.makePlace();
    await choose(place, row);
    const { id } = await scene.makeMail(place);
    await untilState(scene, id, 'sent');
    assert.ok(fake.of(`<${id}@mail.local>`)[0]!.text.includes(`<${place.mailbox.address}>`));
  }
});

test('own mail from a sender is its test: what the provider says becomes its state, and no mailbox is closed', async (t) => {
  const place = await scene.makePlace();
  // The content of the scene's mails is bound to this envelope.
  const sender = { address: 'Camera@example.com', state: 'untested', tested_at: null };
  const { id: senderId } = await makeSender(scene.db.owner, place.mailbox, sender);
  let isRefused = true;
  const fake = fakeTransport(() =>
    isRefused ? { outcome: 'auth_lost', code: 'upstream.sender_refused', status: 403 } : ACCEPTED,
  );
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const own = { device_id: null, mail_from: 'camera@example.com', is_test: true };
  const refused = await scene.makeMail(place, own);
  assert.equal((await untilState(scene, refused.id, 'failed')).state_code, 'upstream.sender_refused');
  assert.equal((await stateOf(senderId))?.state, 'refused');
  isRefused = false;
  const taken = await scene.makeMail(place, own);
  await untilState(scene, taken.id, 'sent');
  assert.match(fake.of(`<${taken.id}@mail.local>`)[0]!.text, /^From: .*<Camera@example\.com>\r$/m);
  assert.deepEqual(await stateOf(senderId), { state: 'works', state_code: null, is_tested: true });
});
