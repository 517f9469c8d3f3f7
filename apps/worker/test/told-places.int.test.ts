import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endTurn, readPlaceInLine, releaseHeld, takeTurn } from '@hikyaku/db';
import { openDeviceRound } from '../src/turn/device-round.ts';
import { addDeviceTo, claimIdsIn, takeTurnOf } from './claim.ts';
import { openScene, type Place, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

type Rest<F> = F extends (scene: Scene, ...rest: infer R) => unknown ? R : never;
const turnOf = (...rest: Rest<typeof takeTurnOf>) => takeTurnOf(scene, ...rest);
const claimIds = (...rest: Rest<typeof claimIdsIn>) => claimIdsIn(scene, ...rest);
const anotherDevice = (...rest: Rest<typeof addDeviceTo>) => addDeviceTo(scene, ...rest);

test('when a mailbox comes back new mail goes before what was held for more than an hour, and each is told so', async () => {
  const place = await scene.makePlace();
  const held = { state: 'held', state_code: 'upstream.auth_lost', due_at: null };
  const make = async (row: Record<string, unknown> = {}) => (await scene.makeMail(place, row)).id;
  const long = { ...held, accepted_at: new Date(Date.now() - 2 * 3_600_000) };
  const old = [await make({ ...long, priority: 1 }), await make(long)];
  const recent = await make(held);
  const oldTest = await make({ ...long, priority: 0, is_test: true });
  assert.equal((await releaseHeld(scene.db.system, place.mailbox.id))?.count, 4);
  const [fresh, tried] = [await make(), await make({ priority: 0, is_test: true })];
  const order = [oldTest, tried, recent, fresh, ...old];
  for (const [before, id] of order.entries())
    assert.equal((await readPlaceInLine(scene.db.system, place.mailbox.account_key, id))?.before, before);
  assert.deepEqual(await claimIds(await turnOf(place)), order);
});

test('the place that a waiting mail is told is the one at which claims take it, whoever’s it is', async () => {
  const one = await scene.makePlace();
  const places = [one, await anotherDevice(one), await anotherDevice(one)];
  const ids: string[] = [];
  const make = async (place: Place, row: Record<string, unknown> = {}) =>
    void ids.push((await scene.makeMail(place, row)).id);
  for (let count = 0; count < 5; count++) await make(places[0]!);
  for (let count = 0; count < 3; count++) await make(places[1]!);
  await make(places[2]!, { priority: 1 });
  await make(places[0]!, { priority: 1 });
  await make(places[1]!, { priority: 0, is_test: true });
  await make(one, { device_id: null });
  for (let count = 0; count < 2; count++) await make(places[2]!);
  await make(one, { device_id: null });
  // Not due for long: before nobody.
  await scene.makeMail(places[1]!, { due_at: new Date(Date.now() + 3_600_000) });
  const told = new Map<string, number>();
  for (const id of ids) {
    told.set(id, (await readPlaceInLine(scene.db.system, one.mailbox.account_key, id))!.before);
  }
  const order = await claimIds({ ...(await turnOf(one)), limit: 100 });
  assert.deepEqual(
    order.map((id) => told.get(id)),
    ids.map((_, index) => index),
  );
  assert.equal(await readPlaceInLine(scene.db.system, one.mailbox.account_key, ids[0]!), null, 'it is being sent');
});

test('a round of devices goes on over turns: who has had his mail in it comes after those who have not, and each is told so', async () => {
  const one = await scene.makePlace();
  const places = [one, await anotherDevice(one), await anotherDevice(one)];
  const accountKey = one.mailbox.account_key;
  const ids: string[][] = [[], [], [], []];
  for (const [index, place] of places.entries())
    for (let count = 0; count < 3; count++) ids[index]!.push((await scene.makeMail(place)).id);
  ids[3]!.push(
    (await scene.makeMail(one, { device_id: null })).id,
    (await scene.makeMail(one, { device_id: null })).id,
  );
  const [a, b, c, own] = ids as [string[], string[], string[], string[]];
  const first = await turnOf(one);
  assert.deepEqual(await claimIds({ ...first, limit: 6 }), [a[0], b[0], c[0], own[0], a[1], b[1]]);
  const end = { accountKey, token: first.turnToken, allowance: first.allowance, countTo: 5, mayGoOn: false };
  await endTurn(scene.db.system, { ...end, roundDevices: [places[0]!.device.id, places[1]!.device.id] });
  const order = [c[1], own[1], a[2], b[2], c[2]];
  const isTold = async () => {
    for (const [before, id] of order.entries())
      assert.equal((await readPlaceInLine(scene.db.system, accountKey, id!))?.before, before);
  };
  await isTold();
  const turn = await takeTurn(scene.db.system, accountKey, 5_000);
  assert.ok('token' in turn);
  const round = openDeviceRound(turn.roundDevices);
  const second = { ...first, turnToken: turn.token, served: round.served };
  assert.deepEqual(await claimIds({ ...second, limit: 1 }), order.splice(0, 1));
  await endTurn(scene.db.system, { ...end, token: turn.token, roundDevices: [places[1]!.device.id, null] });
  order.splice(0, 4, a[2], c[2], b[2], own[1]);
  await isTold();
});
