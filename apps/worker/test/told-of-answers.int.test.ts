import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SendResult } from '@hikyaku/core';
import { createProviderTroubles } from '../src/operator/provider-troubles.ts';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, openScene, type Place, type Scene, startWorker, until } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const LONG = 3_600_000;
const waits = (
  code: 'upstream.throttled' | 'upstream.daily_limit' | 'upstream.client_secret' | 'upstream.token_refused',
) => ({ outcome: 'deferred', code, scope: 'account', retryAfterMs: LONG }) as const;

/** One answer of each kind that the table of answers (packages/upstreams, provider-rows) knows, and who hears of it. */
const answers: [answer: SendResult, state: string, told: string[]][] = [
  [ACCEPTED, 'sent', []],
  [{ outcome: 'auth_lost', code: 'upstream.admin_blocked' }, 'held', ['mailbox.lost']],
  [{ outcome: 'rejected', code: 'upstream.rejected', status: 400 }, 'failed', ['mail.failed']],
  [waits('upstream.daily_limit'), 'deferred', ['mailbox.daily_limit']],
  [waits('upstream.throttled'), 'deferred', []],
  [waits('upstream.token_refused'), 'deferred', []],
  [waits('upstream.client_secret'), 'deferred', []],
  [{ outcome: 'in_doubt', code: 'upstream.in_doubt' }, 'in_doubt', []],
];

test('an answer is told to the owner by the alert that the table of answers says, and to the operator what is his', async () => {
  const places: (Place & { state: string; told: string[]; mail: { id: string } })[] = [];
  const byMailbox = new Map<string, SendResult>();
  for (const [answer, state, told] of answers) {
    const place = await scene.makePlace();
    byMailbox.set(place.mailbox.id, answer);
    places.push({ ...place, state, told, mail: await scene.makeMail(place) });
  }
  const providerTroubles = createProviderTroubles();
  const fake = fakeTransport(({ mailbox }) => byMailbox.get(mailbox.id)!);
  // One answer each: what is in doubt is not sent again while this looks.
  const limits = { ...LIMITS, IN_DOUBT_PLAN_MS: [60_000] };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, providerTroubles, limits });
  try {
    const toldTo = async (tenantId: string) =>
      (await scene.db.owner.query<{ code: string }>('SELECT code FROM alerts WHERE tenant_id = $1', [tenantId])).map(
        ({ code }) => code,
      );
    const stories = async () => Promise.all(places.map(({ mail }) => scene.message(mail.id)));
    await until(
      'each mail has its answer',
      async () => (await stories()).every(({ attempts }) => attempts[0]?.outcome),
      30_000,
    );
    for (const { tenantId, told } of places) {
      await until(told.join() || 'nothing', async () => (await toldTo(tenantId)).length === told.length, 30_000);
    }
    for (const [index, { tenantId, state, told }] of places.entries()) {
      const name = JSON.stringify(answers[index]![0]);
      assert.deepEqual([(await stories())[index]!.state, await toldTo(tenantId)], [state, told], name);
    }
    assert.deepEqual(providerTroubles.take(), [{ provider: 'microsoft', code: 'upstream.client_secret' }]);
  } finally {
    await worker.close();
  }
});
