import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { moveStrandedNotes } from '@hikyaku/db';
import { makeMailbox } from '@hikyaku/testing';
import { addChannelTo, receiver, setMailboxOf, tellRound } from './alert-rounds.ts';
import { openScene, type Place, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** A device that is refused, told by a mail of the mailbox that is its own, and of which then is said that it cannot send. */
async function strand(lost: 'lost' | 'spent'): Promise<Place> {
  const place = await scene.makePlace({ address: 'gate@outlook.example' });
  const config = { kind: 'mailbox', mailboxId: place.mailbox.id, address: 'me@b.example' } as const;
  await addChannelTo(scene, place.tenantId, 'ja', config);
  await scene.db.owner.query(
    `INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES ($1, 'device.refused', $2, '{"code": "auth.wrong_password", "hasWorked": true}')`,
    [place.tenantId, place.device.id],
  );
  await tellRound(scene, receiver(), place.tenantId);
  const [{ id }, ...more] = await mailsOf(place);
  assert.deepEqual(more, []);
  const code = lost === 'lost' ? 'mailbox.lost' : 'mailbox.daily_limit';
  if (lost === 'lost') {
    await setMailboxOf(scene, place, 'needs_reconnect', 'upstream.account_blocked');
    await scene.db.owner.query(`UPDATE messages SET state = 'held', due_at = NULL WHERE id = $1`, [id]);
  } else {
    await scene.db.owner.query(
      `UPDATE messages SET state = 'deferred', state_code = 'upstream.daily_limit', due_at = now() + interval '9 hours' WHERE id = $1`,
      [id],
    );
  }
  await scene.db.owner.query(
    `INSERT INTO alerts (tenant_id, code, subject_id, facts, opened_at, last_at) VALUES ($1, $2, $3, '{}', now(), now())`,
    [...[place.tenantId, code, place.mailbox.id]],
  );
  return place;
}

const mailsOf = (place: Place) =>
  scene.db.owner.query<{ id: string; mailbox_id: string; state: string }>(
    'SELECT id, mailbox_id, state FROM messages WHERE tenant_id = $1 ORDER BY seq',
    [place.tenantId],
  ) as Promise<
    [{ id: string; mailbox_id: string; state: string }, ...{ id: string; mailbox_id: string; state: string }[]]
  >;

for (const lost of ['lost', 'spent'] as const) {
  test(`a mail that tells an alert does not wait in a mailbox that is ${lost}, where another one can send`, async () => {
    const place = await strand(lost);
    const other = await scene.makeMail(place, lost === 'lost' ? { state: 'held', due_at: null } : {});
    const move = () => moveStrandedNotes(scene.db.system, 'sandbox', 100);
    assert.deepEqual(await move(), [], 'there is no other');
    const second = await makeMailbox(scene.db.owner, {
      tenant_id: place.tenantId,
      address: 'home@gmail.example',
      secret_sealed: Buffer.from('x'),
    });
    assert.deepEqual(await move(), [second.account_key]);
    const [told, mail] = await mailsOf(place);
    assert.deepEqual([told.mailbox_id, told.state], [second.id, 'queued']);
    assert.deepEqual(
      [mail!.id, mail!.mailbox_id],
      [other.id, place.mailbox.id],
      'a device’s own mail is its owner’s to send otherwise',
    );
    const story = await scene.db.owner.query<{ data: object }>(
      `SELECT data FROM message_events WHERE message_id = $1 AND kind = 'rerouted'`,
      [told.id],
    );
    const was = lost === 'lost' ? 'held' : 'deferred';
    const reason = lost === 'lost' ? 'closed' : 'day';
    assert.deepEqual(
      story.map(({ data }) => data),
      [{ was, reason, from: 'gate@outlook.example', to: 'home@gmail.example' }],
    );
    assert.deepEqual(await move(), [], 'once');
  });
}
