import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLANS, RelayError } from '@hikyaku/core';
import { findReleasable, findReroutes, holdStranded, readPlaceInLine, releaseHeld, rerouteMessages } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';
import { makeMailbox } from '@hikyaku/testing';
import { foldHeld } from '../src/digests/fold-held.ts';
import { makeDigests } from '../src/digests/make-digests.ts';
import { arriveAt } from './arrive.ts';
import { addDeviceTo, claimIdsIn, takeTurnOf } from './claim.ts';
import { logger, openKeys, openScene, type Place, type Scene } from './scene.ts';

const HOUR_MS = 3_600_000;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const query = <T extends object>(text: string, values: unknown[]) => scene.db.owner.query<T>(text, values);

/** A device that wants digests, of a mailbox that may hold twenty mails. */
async function makeStormy(): Promise<Place> {
  const place = await scene.makePlace();
  await query('UPDATE devices SET digest_minutes = 1 WHERE id = $1', [place.device.id]);
  await query('UPDATE tenants SET limits = $2 WHERE id = $1', [place.tenantId, { waitingMails: 40 }]);
  return place;
}
const setState = ({ mailbox }: Place, state: 'active' | 'needs_reconnect') =>
  query('UPDATE mailboxes SET state = $2::mailbox_state WHERE id = $1', [mailbox.id, state]);
/** As a turn does that finds its mailbox closed. */
const hold = ({ mailbox }: Place) =>
  query(
    `WITH m AS (
       UPDATE messages SET state = 'held', state_code = 'upstream.auth_lost', due_at = NULL, digest_at = NULL
       WHERE mailbox_id = $1 AND state = 'queued' RETURNING id, tenant_id)
     INSERT INTO message_events (message_id, tenant_id, kind) SELECT id, tenant_id, 'held' FROM m`,
    [mailbox.id],
  );
interface Row {
  id: string;
  state: string;
  door: string;
  priority: number;
  mailbox_id: string;
  digest_id: string | null;
  digest_at: Date | null;
  key_sealed: Buffer | null;
}
const rowsOf = ({ tenantId }: Place) =>
  query<Row>('SELECT *, state::text AS state FROM messages WHERE tenant_id = $1 ORDER BY seq', [tenantId]);
const digestsOf = async (place: Place) => (await rowsOf(place)).filter(({ door }) => door === 'dashboard');

const toolsOf = async (spool: SpoolStore = scene.spool) => ({
  ...(await openKeys(scene)),
  ...{ database: scene.db.system, environment: 'sandbox' as const, spool, logger, messageIdDomain: 'mail.local' },
  ...{ plan: PLANS.open, queue: { wake: async () => {} }, tell: () => {}, stopping: new AbortController().signal },
  paceOf: () => ({ burst: 100, perMinute: 60, inFlight: 1, day: null }) as never,
});
const fold = async (spool?: SpoolStore) => foldHeld(await toolsOf(spool))();

test('what a mailbox held for long leaves behind new mail, as a digest too, made before or after it came back', async () => {
  const place = await makeStormy();
  const [quiet, other, busy] = await Promise.all([0, 1, 2].map(() => addDeviceTo(scene, place)));
  await query('UPDATE devices SET digest_minutes = 1 WHERE id = $1', [other!.device.id]);
  await query('UPDATE devices SET last_message_at = now() WHERE id = $1', [busy!.device.id]);
  await setState(place, 'needs_reconnect');
  const long = { acceptedAt: Date.now() - 2 * HOUR_MS };
  await arriveAt(scene, place, 25, long);
  await hold(place);
  await fold();
  const [folded] = await digestsOf(place);
  assert.equal((await rowsOf(place)).filter(({ digest_id }) => digest_id === folded!.id).length, 25);
  const gathered = await arriveAt(scene, other!, 3, long);
  await hold(place);
  await setState(place, 'active');
  assert.equal((await releaseHeld(scene.db.system, place.mailbox.id))?.count, 4);
  await makeDigests(await toolsOf());
  const late = (await digestsOf(place)).find(({ id }) => id !== folded!.id)!;
  assert.ok((await rowsOf(place)).filter(({ id }) => gathered.includes(id)).every((row) => row.digest_id === late.id));
  const [fresh] = await arriveAt(scene, busy!, 1);
  const [news] = await arriveAt(scene, quiet!, 1);
  const order = [news!, fresh!, ...[folded!.id, late.id]];
  const request = await takeTurnOf(scene, place);
  for (const [before, id] of order.entries())
    assert.equal((await readPlaceInLine(scene.db.system, place.mailbox.account_key, id))?.before, before, `${before}`);
  assert.deepEqual(await claimIdsIn(scene, request), order);
});

test('a digest that may be with somebody does not grow: what comes later is in one of its own', async () => {
  for (const told of ['attempt', 'part'] as const) {
    const place = await makeStormy();
    await setState(place, 'needs_reconnect');
    await arriveAt(scene, place, 22);
    await hold(place);
    await fold();
    const [first] = await digestsOf(place);
    await query(
      told === 'attempt'
        ? `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, outcome) VALUES ($1, 1, 1, $2, 1, now(), 'in_doubt')`
        : `INSERT INTO parts (message_id, number, tenant_id, state, places, results) VALUES ($1, 1, $2, 'held', '{}', '[]')`,
      [first!.id, place.tenantId],
    );
    await arriveAt(scene, place, 22);
    await hold(place);
    await fold();
    const digests = await digestsOf(place);
    assert.deepEqual(
      digests.map(({ id, key_sealed }) => [id, key_sealed!.equals(first!.key_sealed!)]),
      [
        [first!.id, true],
        [digests[1]!.id, false],
      ],
      told,
    );
    for (const digest of digests)
      assert.equal((await rowsOf(place)).filter(({ digest_id }) => digest_id === digest.id).length, 22);
  }
});

test('nothing is folded while the disk with the pictures is away', async () => {
  const place = await makeStormy();
  await setState(place, 'needs_reconnect');
  await arriveAt(scene, place, 22);
  await hold(place);
  for (const code of ['spool.unavailable', 'spool.content_missing'] as const) {
    const read = async function* (): AsyncGenerator<Buffer> {
      yield* [];
      throw new RelayError(code);
    };
    await fold({ ...scene.spool, read });
    const rows = await rowsOf(place);
    assert.deepEqual([rows.length, rows.every(({ key_sealed }) => key_sealed !== null)], [22, true], code);
  }
  await fold();
  assert.equal((await digestsOf(place)).length, 1);
});

test('what was held for long leaves by the other mailbox as it does by its own: as digests, behind new mail, and tests first', async () => {
  const place = await makeStormy();
  const each = await addDeviceTo(scene, place);
  const other = await makeMailbox(scene.db.owner, {
    ...{ tenant_id: place.tenantId, secret_sealed: Buffer.from('sealed'), secret_version: 1 },
  });
  await setState(place, 'needs_reconnect');
  const long = { acceptedAt: Date.now() - 2 * HOUR_MS };
  const stormy = await arriveAt(scene, place, 3, long);
  const whole = await arriveAt(scene, each, 2, long);
  const [tried] = await arriveAt(scene, each, 1, { ...long, isTest: true });
  const [recent] = await arriveAt(scene, place, 1, { recipients: ['guard@example.com'] });
  await hold(place);
  await query('UPDATE devices SET fallback_mailbox_id = $2 WHERE tenant_id = $1', [place.tenantId, other.id]);
  for (const pair of await findReroutes(scene.db.system, 'sandbox', 1_000, []))
    await rerouteMessages(scene.db.system, 'sandbox', pair, 'closed', 100);
  const rows = new Map((await rowsOf(place)).map((row) => [row.id, row]));
  const facts = (id: string) => [rows.get(id)!.mailbox_id === other.id, rows.get(id)!.digest_at !== null];
  for (const id of stormy) assert.deepEqual(facts(id), [true, true]);
  for (const id of [...whole, tried!, recent!]) assert.deepEqual(facts(id), [true, false]);
  for (const id of [...stormy, ...whole]) assert.equal(rows.get(id)!.priority, 3);
  assert.ok(rows.get(tried!)!.priority === 0 && rows.get(recent!)!.priority < 3);
});

test('mail held by a mailbox that was disconnected leaves by the one that its device was given since, and no other mail does', async () => {
  const place = await makeStormy();
  const left = await addDeviceTo(scene, place);
  const other = await makeMailbox(scene.db.owner, {
    ...{ tenant_id: place.tenantId, secret_sealed: Buffer.from('sealed'), secret_version: 1 },
  });
  await setState(place, 'needs_reconnect');
  const [moved] = await arriveAt(scene, place, 1);
  const [stays] = await arriveAt(scene, left, 1);
  await hold(place);
  await query('UPDATE devices SET mailbox_id = $2 WHERE id = $1', [place.device.id, other.id]);
  const reroute = async (): Promise<string[]> => {
    for (const pair of await findReroutes(scene.db.system, 'sandbox', 1_000, []))
      await rerouteMessages(scene.db.system, 'sandbox', pair, 'closed', 100);
    return (await rowsOf(place)).filter(({ mailbox_id }) => mailbox_id === other.id).map(({ id }) => id);
  };
  assert.deepEqual(await reroute(), [], 'its mailbox may come back');
  await query(`UPDATE mailboxes SET state = 'disabled', deleted_at = now(), secret_sealed = NULL WHERE id = $1`, [
    place.mailbox.id,
  ]);
  // It came behind the disconnection, from a device that was moved later.
  const [late] = await arriveAt(scene, left, 1);
  assert.deepEqual(await reroute(), [moved]);
  assert.equal((await rowsOf(place)).find(({ id }) => id === moved)!.state, 'queued');
  await query('UPDATE devices SET mailbox_id = $2 WHERE id = $1', [left.device.id, other.id]);
  assert.deepEqual(await reroute(), [moved, stays, late]);
});

test('held mail with parts of its own is neither gathered nor folded; what was tried whole is', async () => {
  const parts = {
    whole: `1, 'held', '{}', NULL, NULL`,
    second: `2, 'held', '{}', NULL, NULL`,
    few: `1, 'held', '{1}', NULL, NULL`,
    sent: `1, 'sent', '{}', now(), NULL`,
    answered: `1, 'held', '{}', NULL, '[]'`,
  };
  for (const isLost of [true, false]) {
    const place = await makeStormy();
    await setState(place, 'needs_reconnect');
    const ids = await arriveAt(scene, place, 30, { acceptedAt: Date.now() - 2 * HOUR_MS });
    await hold(place);
    const names = Object.keys(parts) as (keyof typeof parts)[];
    for (const [index, name] of names.entries())
      await query(
        `INSERT INTO parts (message_id, tenant_id, number, state, places, sent_at, results) VALUES ($1, $2, ${parts[name]})`,
        [ids[index], place.tenantId],
      );
    if (isLost) await fold();
    else {
      await setState(place, 'active');
      await releaseHeld(scene.db.system, place.mailbox.id);
    }
    const rows = new Map((await rowsOf(place)).map((row) => [row.id, row]));
    const isPut = (id: string) => rows.get(id)![isLost ? 'digest_id' : 'digest_at'] !== null;
    assert.deepEqual(
      names.filter((_, index) => isPut(ids[index]!)),
      ['whole'],
      isLost ? 'folded' : 'gathered',
    );
    assert.ok(ids.slice(names.length).every(isPut));
  }
});

test('a mailbox that is lost again in the middle of a release, or whose tenant is suspended, keeps all that has not left, and lets it go in the same order later', async () => {
  const place = await makeStormy();
  const each = await addDeviceTo(scene, place);
  const long = { acceptedAt: Date.now() - 2 * HOUR_MS };
  await setState(place, 'needs_reconnect');
  const stormy = await arriveAt(scene, place, 4, long);
  // Accepted in the same millisecond they come in the order of their ids.
  const whole = (await arriveAt(scene, each, 3, long)).sort();
  await hold(place);
  const release = async () => (await releaseHeld(scene.db.system, place.mailbox.id))?.count ?? null;
  const strand = () => holdStranded(scene.db.system, place.mailbox.account_key, 'sandbox');
  const suspend = (isSuspended: boolean) =>
    query('UPDATE tenants SET suspended_at = CASE WHEN $2 THEN now() END WHERE id = $1', [place.tenantId, isSuspended]);
  const losses: [() => Promise<unknown>, () => Promise<unknown>][] = [
    [() => setState(place, 'needs_reconnect'), () => setState(place, 'active')],
    [() => suspend(true), () => suspend(false)],
  ];
  await setState(place, 'active');
  assert.equal(await release(), 7);
  for (const [lose, mend] of losses) {
    await lose();
    // Its digest's time had come.
    await makeDigests(await toolsOf());
    assert.equal(await strand(), 7);
    assert.ok((await rowsOf(place)).every(({ state, digest_at }) => state === 'held' && digest_at === null));
    assert.deepEqual([await release(), await findReleasable(scene.db.system, 'sandbox', 10)], [null, []]);
    await mend();
    assert.deepEqual(await findReleasable(scene.db.system, 'sandbox', 10), [place.mailbox.id]);
    assert.equal(await release(), 7);
  }
  await makeDigests(await toolsOf());
  const [digest] = await digestsOf(place);
  // Lost once more with the digest made: it is held like any other mail, and its mails follow it still.
  await setState(place, 'needs_reconnect');
  assert.equal(await strand(), 4);
  await setState(place, 'active');
  assert.equal(await release(), 4);
  const [fresh] = await arriveAt(scene, each, 1);
  const order = [fresh, whole[0], digest!.id, ...whole.slice(1)];
  assert.deepEqual(await claimIdsIn(scene, await takeTurnOf(scene, place)), order);
  const rows = await rowsOf(place);
  assert.ok(rows.filter(({ id }) => stormy.includes(id)).every(({ digest_id }) => digest_id === digest!.id));
});
