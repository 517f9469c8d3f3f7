import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type ClaimRequest,
  claimDueMessages,
  hasUrgentMail,
  type OutcomeRecord,
  recordOutcomes,
  takeTurn,
  viewAccount,
} from '@hikyaku/db';
import { openScene, type Place, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

async function turnOf(place: Place, day: NonNullable<ClaimRequest['allowance']['day']>): Promise<ClaimRequest> {
  const turn = await takeTurn(scene.db.system, place.mailbox.account_key, 60_000);
  assert.ok('token' in turn);
  return {
    accountKey: place.mailbox.account_key,
    turnToken: turn.token,
    turnLeaseMs: 60_000,
    limit: 10,
    leaseMs: 60_000,
    allowance: { burst: 100, perMinute: 6_000, day },
    environment: 'sandbox',
    served: new Map(),
    maxRecipients: 500,
  };
}

async function claimIds(request: ClaimRequest): Promise<string[]> {
  return (await claimDueMessages(scene.db.system, request))!.messages.map(({ id }) => id);
}

test('an account’s day ends with a fifth kept for tests and first mails after quiet, and begins anew an hour after its oldest sends are a day old', async () => {
  const place = await scene.makePlace();
  for (let n = 0; n < 12; n++) await scene.makeMail(place);
  const request = await turnOf(place, { perDay: 10, counts: 'mails' });
  const accountKey = place.mailbox.account_key;
  assert.equal((await claimIds(request)).length, 8);
  assert.deepEqual(await claimIds(request), []);
  assert.equal(await hasUrgentMail(scene.db.system, accountKey), false);
  const first = await scene.makeMail(place, { priority: 1 });
  const tests = [await scene.makeMail(place, { priority: 0 }), await scene.makeMail(place, { priority: 0 })];
  assert.equal(await hasUrgentMail(scene.db.system, accountKey), true);
  assert.deepEqual(
    await claimIds(request),
    tests.map(({ id }) => id),
  );
  assert.deepEqual(await claimIds(request), []);
  const { day } = await viewAccount(scene.db.system, accountKey);
  assert.equal(day.hours.length, 25);
  assert.equal(
    day.hours.reduce((sum, sent) => sum + sent, 0),
    10,
  );
  const age = (hours: number) =>
    scene.db.owner.query(
      `UPDATE upstream_accounts SET day_hour = day_hour - $2::int, day_hours = ARRAY(
         SELECT coalesce(day_hours[(slot + $2::int) % 25 + 1], 0) FROM generate_series(0, 24) AS slot ORDER BY slot)
       WHERE account_key = $1`,
      [accountKey, hours],
    );
  await age(24);
  assert.deepEqual(await claimIds(request), []);
  await age(1);
  assert.equal((await claimIds(request))[0], first.id);
});

test('a day is counted in recipients where the provider does so; what did not leave is given back, and a mail to more than are left goes', async () => {
  const place = await scene.makePlace();
  const recipients = ['a@example.com', 'b@example.com', 'c@example.com'];
  for (let n = 0; n < 4; n++) await scene.makeMail(place, { recipients });
  const request = await turnOf(place, { perDay: 5, counts: 'recipients' });
  const claimed = await claimDueMessages(scene.db.system, request);
  assert.equal(claimed?.messages.length, 2);
  const sent = async () =>
    (await viewAccount(scene.db.system, place.mailbox.account_key)).day.hours.reduce((a, b) => a + b);
  assert.equal(await sent(), 6);
  const [first, second] = claimed.messages;
  const outcome = (message: typeof first, state: string, refund: boolean): OutcomeRecord => ({
    messageId: message!.id,
    fence: message!.fence,
    partNumber: 1,
    state,
    stateCode: null,
    dueInMs: state === 'deferred' ? 60_000 : null,
    contentForMs: 1_000,
    attempt: { outcome: state === 'sent' ? 'accepted' : 'deferred', status: null, code: null, text: null },
    providerId: null,
    results: null,
    event: { kind: state, data: {} },
    dayRefund: refund ? { accountKey: place.mailbox.account_key, counts: 'recipients' } : null,
    accountRest: null,
    reconnect: null,
  });
  assert.deepEqual(
    await recordOutcomes(scene.db.system, [outcome(first, 'sent', false), outcome(second, 'deferred', true)]),
    [true, true],
  );
  assert.equal(await sent(), 3);
  assert.equal((await claimIds(request)).length, 1);
});
