import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMetrics } from '@hikyaku/telemetry';
import { makeTenant } from '@hikyaku/testing';
import { createWorkerMetrics } from '../src/metrics.ts';
import { PREPARATION_BUDGET } from '../src/preparation/budget.ts';
import { createPreparation } from '../src/preparation/preparation.ts';
import { fakeTransport } from './fake-transport.ts';
import { LIMITS, logger, openScene, type Scene, startWorker, untilState } from './scene.ts';

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

test('a mail that breaks its reader, never ends, or takes all memory is quarantined at its first attempt; the next mail goes', async () => {
  const place = await scene.makePlace();
  const bad: string[] = [];
  // A raw byte sends a mail to a thread, and its fault is in its text.
  for (const fault of ['crash', 'loop', 'buffers'])
    bad.push((await scene.makeMail(place, {}, `\xe9 x-fault: ${fault}`)).id);
  const good = [(await scene.makeMail(place, {}, 'plain')).id, (await scene.makeMail(place, {}, '\xe9 odd')).id];
  const preparation = createPreparation({
    metrics: createWorkerMetrics(createMetrics('worker')),
    logger,
    obeysFaults: true,
    budget: { ...PREPARATION_BUDGET, cpuMs: 500, buffersMb: 48 },
  });
  const fake = fakeTransport();
  const limits = { ...LIMITS, LEASE_MS: 20_000, SEND_DEADLINE_MS: 15_000 };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, preparation, limits });
  try {
    for (const id of good) await untilState(scene, id, 'sent', 20_000);
    for (const id of bad) {
      const facts = await untilState(scene, id, 'quarantined', 20_000);
      assert.equal(facts.state_code, 'mail.unpreparable');
      assert.equal(facts.attempts.length, 1, 'the first time is the last');
      assert.equal(facts.attempts[0]!.opened_at, null, 'no byte went to the provider');
      assert.ok(facts.content_until);
    }
  } finally {
    await worker.close();
  }
});
