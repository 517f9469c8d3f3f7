import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimDueMessages, endTurn, markSends, renewLeases, renewTurn, takeTurn, viewAccount } from '@hikyaku/db';
import { addDeviceTo, claimIdsIn, takeTurnOf } from './claim.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

type Rest<F> = F extends (scene: Scene, ...rest: infer R) => unknown ? R : never;
const turnOf = (...rest: Rest<typeof takeTurnOf>) => takeTurnOf(scene, ...rest);
const claimIds = (...rest: Rest<typeof claimIdsIn>) => claimIdsIn(scene, ...rest);
const anotherDevice = (...rest: Rest<typeof addDeviceTo>) => addDeviceTo(scene, ...rest);

test('tests go first, then the first mail after quiet, then the devices in turn, each one’s oldest first', async () => {
  const one = await scene.makePlace();
  const two = await anotherDevice(one);
  const ids: Record<string, string> = {};
  for (const name of ['a1', 'a2', 'a3']) ids[name] = (await scene.makeMail(one)).id;
  for (const name of ['b1', 'b2']) ids[name] = (await scene.makeMail(two)).id;
  ids.quiet = (await scene.makeMail(two, { priority: 1 })).id;
  ids.test = (await scene.makeMail(one, { priority: 0, is_test: true })).id;
  const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id);
  const request = await turnOf(one);
  assert.deepEqual((await claimIds(request)).map(nameOf), ['test', 'quiet', 'a1', 'b1', 'a2', 'b2', 'a3']);
});

test('the round goes on where the last claim of the turn stopped, so a backlog does not keep a neighbour waiting', async () => {
  const loud = await scene.makePlace();
  const quiet = await anotherDevice(loud);
  for (let count = 0; count < 30; count++) await scene.makeMail(loud);
  const waiting = [(await scene.makeMail(quiet)).id, (await scene.makeMail(quiet)).id];
  const request = { ...(await turnOf(loud)), limit: 1 };
  const order: string[] = [];
  for (let count = 0; count < 5; count++) order.push(...(await claimIds(request)));
  assert.deepEqual([order[1], order[3]], waiting);
});

test('mail of no device takes its turn as one device more, and does not wait behind a backlog', async () => {
  const loud = await scene.makePlace();
  for (let count = 0; count < 30; count++) await scene.makeMail(loud);
  const own = [
    (await scene.makeMail(loud, { device_id: null })).id,
    (await scene.makeMail(loud, { device_id: null })).id,
  ];
  const request = { ...(await turnOf(loud)), limit: 1 };
  const order: string[] = [];
  for (let count = 0; count < 5; count++) order.push(...(await claimIds(request)));
  assert.deepEqual(
    order.filter((id) => own.includes(id)),
    own,
  );
  const alone = await scene.makePlace();
  const only = await scene.makeMail(alone, { device_id: null });
  assert.deepEqual(await claimIds(await turnOf(alone)), [only.id]);
});

test('a claim marks the mail, raises its fence and begins an attempt', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const claimed = await claimDueMessages(scene.db.system, await turnOf(place));
  const [message] = claimed!.messages;
  assert.deepEqual(
    { id: message!.id, fence: message!.fence, attemptNumber: message!.attemptNumber, isRepeat: message!.isRepeat },
    { id, fence: 1, attemptNumber: 1, isRepeat: false },
  );
  assert.equal(message!.ageMs, 0);
  const facts = await scene.message(id);
  assert.deepEqual([facts.state, facts.partState, facts.due_at], ['sending', 'sending', null]);
  assert.deepEqual(
    facts.attempts.map(({ number, outcome, opened_at }) => [number, outcome, opened_at]),
    [[1, null, null]],
  );
});

test('two workers that claim at once never get the same mail', async () => {
  const place = await scene.makePlace();
  const ids = new Set<string>();
  for (let count = 0; count < 20; count++) ids.add((await scene.makeMail(place)).id);
  const request = await turnOf(place);
  // The same turn on both sides: as if the lease were broken, only the rows stand in between.
  const claims = await Promise.all(
    Array.from({ length: 10 }, () => claimIds({ ...request, served: new Map(), limit: 4 })),
  );
  const got = claims.flat();
  assert.equal(new Set(got).size, got.length);
});

test('one worker has an account at a time, and a turn that ran out is taken over and shut out', async () => {
  const place = await scene.makePlace();
  await scene.makeMail(place);
  const first = await turnOf(place, 500);
  const busy = await takeTurn(scene.db.system, place.mailbox.account_key, 500);
  // Its end is kept in milliseconds, rounded.
  assert.ok('busyForMs' in busy && busy.busyForMs <= 501, JSON.stringify(busy));
  await new Promise((resolve) => setTimeout(resolve, 520));
  const second = await turnOf(place);
  assert.ok(second.turnToken > first.turnToken);
  assert.equal(await claimDueMessages(scene.db.system, first), null);
  assert.equal(await renewTurn(scene.db.system, first.accountKey, first.turnToken, 1_000), false);
  const { allowance } = second;
  await endTurn(scene.db.system, {
    accountKey: first.accountKey,
    token: first.turnToken,
    allowance,
    countTo: 5,
    mayGoOn: false,
    roundDevices: [],
  });
  assert.equal((await claimIds(second)).length, 1, 'the old turn ended nothing');
});

test('an account sends its burst, then what its minute gives', async () => {
  const place = await scene.makePlace();
  for (let count = 0; count < 6; count++) await scene.makeMail(place);
  const request = { ...(await turnOf(place, 60_000)), allowance: { burst: 3, perMinute: 6, day: null } };
  assert.equal((await claimIds(request)).length, 3);
  assert.equal((await claimIds(request)).length, 0);
  await scene.db.owner.query(
    `UPDATE upstream_accounts SET bucket_at = bucket_at - interval '20 seconds' WHERE account_key = $1`,
    [place.mailbox.account_key],
  );
  // Twenty seconds are two mails; a machine that takes ten more of its own gives a third.
  const more = (await claimIds(request)).length;
  assert.ok(more === 2 || more === 3, `${more} after 20 s at six a minute`);
});

test('the same account in two tenants is one allowance, which their devices share in turn', async () => {
  const first = await scene.makePlace();
  const second = await scene.makePlace({ account_key: first.mailbox.account_key });
  const ofFirst: string[] = [];
  for (let count = 0; count < 4; count++) ofFirst.push((await scene.makeMail(first)).id);
  for (let count = 0; count < 4; count++) await scene.makeMail(second);
  const request = { ...(await turnOf(first, 60_000)), allowance: { burst: 4, perMinute: 0.001, day: null } };
  const claimed = await claimIds(request);
  assert.equal(claimed.length, 4);
  assert.equal(claimed.filter((id) => ofFirst.includes(id)).length, 2);
  assert.deepEqual(await claimIds(request), []);
  assert.ok('busyForMs' in (await takeTurn(scene.db.system, second.mailbox.account_key, 60_000)), 'and one turn');
});

test('nothing is claimed during the provider’s throttle, nor before it is due, nor from a mailbox that cannot send', async () => {
  const place = await scene.makePlace();
  await scene.makeMail(place, { due_at: new Date(Date.now() + 60_000) });
  const request = await turnOf(place);
  assert.deepEqual(await claimIds(request), []);
  await scene.makeMail(place);
  const set = (text: string) => scene.db.owner.query(text, [place.mailbox.account_key]);
  await set(`UPDATE upstream_accounts SET not_before = now() + interval '1 minute' WHERE account_key = $1`);
  assert.deepEqual(await claimIds(request), []);
  await set('UPDATE upstream_accounts SET not_before = NULL WHERE account_key = $1');
  for (const change of [
    `state = 'needs_reconnect'`,
    `state = 'active', environment = 'live'`,
    `environment = 'sandbox', deleted_at = now()`,
  ]) {
    await set(`UPDATE mailboxes SET ${change} WHERE account_key = $1`);
    assert.deepEqual(await claimIds(request), [], change);
  }
  await set('UPDATE mailboxes SET deleted_at = NULL WHERE account_key = $1');
  assert.equal((await claimIds(request)).length, 1);
});

test('a mail’s age is the time for which it was tried: not what it was held for, what came before its first try or its owner’s retry, nor a night without power', async () => {
  const place = await scene.makePlace();
  const hours = (count: number) => new Date(Date.now() - count * 3_600_000);
  const { id } = await scene.makeMail(place, { accepted_at: hours(1000), ingested_at: hours(400) });
  const tell = (kind: string, at: Date, data: object | null = null) =>
    scene.db.owner.query(
      'INSERT INTO message_events (message_id, tenant_id, kind, at, data) VALUES ($1, $2, $3, $4, $5)',
      [id, place.tenantId, kind, at, data],
    );
  let number = 0;
  const attempt = (outcome: string, at: Date, part = 1) =>
    scene.db.owner.query(
      'INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, outcome) VALUES ($1, $6, $2, $3, 1, $4, $5)',
      [id, ++number, place.tenantId, at, outcome, part],
    );
  const ageInHours = async (): Promise<number> => {
    await scene.db.owner.query(
      `UPDATE messages SET state = 'queued', due_at = now(), lease_until = NULL, attempt_count = 50 + attempt_count WHERE id = $1`,
      [id],
    );
    await scene.db.owner.query('UPDATE upstream_accounts SET turn_until = NULL');
    const claimed = await claimDueMessages(scene.db.system, await turnOf(place));
    return Math.round(claimed!.messages[0]!.ageMs / 3_600_000);
  };
  await attempt('abandoned', hours(390));
  await attempt('auth_lost', hours(380));
  assert.equal(await ageInHours(), 0);
  await attempt('deferred', hours(303), 2);
  await attempt('in_doubt', hours(300));
  await attempt('deferred', hours(298));
  await attempt('deferred', hours(297));
  // Its machine was off for four days.
  assert.equal(await ageInHours(), 2 + 1 + 6);
  await attempt('deferred', hours(200));
  await tell('held', hours(199));
  await tell('released', hours(197));
  await attempt('deferred', hours(196));
  await tell('rerouted', hours(195), { was: 'held' });
  await attempt('deferred', hours(194));
  await tell('rerouted', hours(193), { was: 'queued' });
  await attempt('deferred', hours(192));
  assert.equal(await ageInHours(), 2 + 1 + 6 + 2 + 6);
  await tell('retried', hours(5));
  assert.equal(await ageInHours(), 0);
  await attempt('deferred', hours(4));
  assert.equal(await ageInHours(), 4);
});

test('the mark is set once, by the newest claim only, and not after the lease', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const { id: late } = await scene.makeMail(place);
  const request = { ...(await turnOf(place)), limit: 1 };
  await claimIds(request);
  await scene.db.owner.query('UPDATE messages SET fence = 2 WHERE id = $1', [id]);
  assert.equal(
    (await markSends(scene.db.system, [{ messageId: id, fence: 1, partNumber: 1, isCommit: true }]))[0],
    false,
  );
  assert.equal(
    (await markSends(scene.db.system, [{ messageId: id, fence: 2, partNumber: 1, isCommit: true }]))[0],
    true,
  );
  assert.equal(
    (await markSends(scene.db.system, [{ messageId: id, fence: 2, partNumber: 1, isCommit: true }]))[0],
    false,
  );
  await claimIds({ ...request, leaseMs: 0 });
  assert.equal(
    (await markSends(scene.db.system, [{ messageId: late, fence: 1, partNumber: 1, isCommit: true }]))[0],
    false,
  );
});

test('a mark is the very attempt’s that it is about, and a renewal the newest claim’s', async () => {
  const place = await scene.makePlace();
  const [one, other] = [await scene.makeMail(place), await scene.makeMail(place)];
  await claimIds(await turnOf(place));
  // Of an earlier claim, and of another part.
  for (const [part, number, fence] of [
    [1, 50, 0],
    [2, 51, 1],
  ])
    await scene.db.owner.query(
      'INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at) VALUES ($1, $2, $3, $4, $5, now())',
      [one.id, part, number, place.tenantId, fence],
    );
  await markSends(scene.db.system, [{ messageId: one.id, fence: 1, partNumber: 1, isCommit: true }]);
  const marked = await scene.db.owner.query(
    'SELECT message_id, part_number, fence FROM attempts WHERE message_id = ANY ($1) AND opened_at IS NOT NULL AND committed_at IS NOT NULL',
    [[one.id, other.id]],
  );
  assert.deepEqual(marked, [{ message_id: one.id, part_number: 1, fence: 1 }]);
  const leases = async () => {
    const rows = await scene.db.owner.query<{ isLong: boolean }>(
      `SELECT lease_until > now() + interval '1 hour' AS "isLong" FROM messages WHERE id = ANY ($1) ORDER BY seq`,
      [[one.id, other.id]],
    );
    return rows.map(({ isLong }) => isLong);
  };
  const renew = (fence: number) =>
    renewLeases(scene.db.system, [{ messageId: other.id, fence }], 2 * 3_600_000).then(leases);
  assert.deepEqual(
    [await renew(0), await renew(2), await renew(1)],
    [
      [false, false],
      [false, false],
      [false, true],
    ],
  );
});

test('an account wants a turn for mail that waits, at its time, and none for mail that is sent or held', async () => {
  const place = await scene.makePlace();
  const accountKey = place.mailbox.account_key;
  const wanted = async () => {
    const turn = await turnOf(place);
    const [view, rest] = [
      await viewAccount(scene.db.system, accountKey),
      await endTurn(scene.db.system, {
        accountKey,
        token: turn.turnToken,
        allowance: turn.allowance,
        countTo: 5,
        mayGoOn: false,
        roundDevices: [],
      }),
    ];
    return [view.dueInMs, rest.dueInMs];
  };
  await scene.makeMail(place, { state: 'sent', due_at: null, key_sealed: null, content_destroyed_at: new Date() });
  await scene.makeMail(place, { state: 'held', due_at: null });
  assert.deepEqual(await wanted(), [null, null]);
  await scene.makeMail(place, { state: 'deferred', due_at: new Date(Date.now() + 60_000) });
  for (const ms of await wanted()) assert.ok(ms !== null && ms > 50_000 && ms <= 61_000, `${ms}`);
  await scene.makeMail(place);
  assert.deepEqual(await wanted(), [0, 0]);
});

test('a turn that may go on is kept while mail may leave at once, and ends otherwise', async () => {
  const place = await scene.makePlace();
  const accountKey = place.mailbox.account_key;
  const allowance = { burst: 1, perMinute: 60, day: null };
  const request = { ...(await turnOf(place)), allowance };
  const end = (mayGoOn: boolean) =>
    endTurn(scene.db.system, {
      accountKey,
      token: request.turnToken,
      allowance,
      countTo: 5,
      mayGoOn,
      roundDevices: [],
    });
  await scene.makeMail(place);
  await scene.makeMail(place);
  assert.deepEqual([(await end(true)).isEnded, (await claimIds(request)).length], [false, 1]);
  // The bucket is empty now.
  assert.equal((await end(true)).isEnded, true);
  assert.equal(await claimDueMessages(scene.db.system, request), null);
});

test('a turn after one that was ended takes nothing over; after one that ran out it does', async () => {
  const place = await scene.makePlace();
  const accountKey = place.mailbox.account_key;
  const take = async () => {
    const turn = await takeTurn(scene.db.system, accountKey, 20);
    assert.ok('token' in turn);
    return turn;
  };
  const first = await take();
  assert.equal(first.isTakenOver, false);
  const allowance = { burst: 1, perMinute: 60, day: null };
  await endTurn(scene.db.system, {
    accountKey,
    token: first.token,
    allowance,
    countTo: 5,
    mayGoOn: false,
    roundDevices: [],
  });
  assert.equal((await take()).isTakenOver, false);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal((await take()).isTakenOver, true);
});

test('a renewal that arrives behind the end of its turn does not lock the account: the next turn begins at once', async () => {
  const { mailbox } = await scene.makePlace();
  const accountKey = mailbox.account_key;
  const turn = await takeTurn(scene.db.system, accountKey, 15_000);
  assert.ok('token' in turn);
  const allowance = { burst: 10, perMinute: 10, day: null };
  await endTurn(scene.db.system, {
    accountKey,
    token: turn.token,
    allowance,
    countTo: 5,
    mayGoOn: false,
    roundDevices: [],
  });
  assert.equal(await renewTurn(scene.db.system, accountKey, turn.token, 15_000), false);
  assert.ok('token' in (await takeTurn(scene.db.system, accountKey, 15_000)));
});
