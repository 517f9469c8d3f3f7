import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeTenant } from '@hikyaku/testing';
import { fakeTransport } from './fake-transport.ts';
import { openScene, type Scene, startWorker, untilState } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

test('waiting mail that somebody readdressed in the database is quarantined and not sent; the next mail goes', async () => {
  const place = await scene.makePlace();
  const stranger = await makeTenant(scene.db.owner);
  const change = async (set: string, values: unknown[]) => {
    const { id } = await scene.makeMail(place);
    await scene.db.owner.query(`UPDATE messages SET ${set} WHERE id = $1`, [id, ...values]);
    return id;
  };
  const changed = [
    await change('recipients = $2', [['thief@example.com']]),
    await change('recipients = recipients || $2', [['thief@example.com']]),
    await change('mail_from = $2', ['thief@example.com']),
    await change('tenant_id = $2', [stranger.id]),
  ];
  const { id: untouched } = await scene.makeMail(place);
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  try {
    await untilState(scene, untouched, 'sent');
    for (const id of changed) {
      const facts = await untilState(scene, id, 'quarantined');
      assert.equal(facts.state_code, 'vault.envelope_changed');
      assert.deepEqual(
        facts.attempts.map(({ outcome, opened_at }) => [outcome, opened_at]),
        [['rejected', null]],
        'no byte went to the provider',
      );
      assert.ok(facts.content_until, 'kept for the operator, and not for ever');
    }
    assert.deepEqual(
      fake.sent.flatMap(({ recipients }) => recipients),
      ['owner@example.com'],
    );
  } finally {
    await worker.close();
  }
});
