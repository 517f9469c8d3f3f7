import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSimplySent, markSends, type OutcomeRecord, recordOutcome, recordOutcomes, recordSent } from '@hikyaku/db';
import { sentOutcome } from '@hikyaku/testing';
import { destroyObjects } from '../src/outcome/destroy-objects.ts';
import { openScene, type Place, type Scene } from './scene.ts';

let scene: Scene;
let place: Place;
before(async () => {
  scene = await openScene();
  place = await scene.makePlace();
});
after(() => scene.close());

/** A message that a worker has under fence 1. */
async function claimed(): Promise<{ messageId: string; fence: number }> {
  const { id } = await scene.makeMail(place, {
    state: 'sending',
    due_at: null,
    fence: 1,
    attempt_count: 1,
    lease_until: new Date(Date.now() + 60_000),
  });
  await scene.db.owner.query(
    `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, is_repeat) VALUES ($1, 1, 1, $2, 1, now(), false)`,
    [id, place.tenantId],
  );
  return { messageId: id, fence: 1 };
}

const sent = (claim: { messageId: string; fence: number }): OutcomeRecord => ({
  ...sentOutcome(claim),
  providerId: `at the provider: "${claim.messageId}", {}`,
});

const committing = (claim: { messageId: string; fence: number }) => ({ ...claim, partNumber: 1, isCommit: true });

test('marks are set together, and only those of claims that are ours', async () => {
  const [ours, older, lapsed] = [await claimed(), await claimed(), await claimed()];
  await scene.db.owner.query('UPDATE messages SET fence = 2 WHERE id = $1', [older.messageId]);
  await scene.db.owner.query('UPDATE messages SET lease_until = now() WHERE id = $1', [lapsed.messageId]);
  assert.deepEqual(await markSends(scene.db.system, [older, ours, lapsed].map(committing)), [false, true, false]);
  assert.notEqual((await scene.message(ours.messageId)).attempts[0]!.opened_at, null);
  for (const other of [older, lapsed]) {
    assert.equal((await scene.message(other.messageId)).attempts[0]!.opened_at, null);
  }
});

test('outcomes of several mails are written together, each with its own words; one of an older fence leaves no trace', async () => {
  const [good, late, stale, refused] = [await claimed(), await claimed(), await claimed(), await claimed()];
  await scene.db.owner.query('UPDATE messages SET fence = 2 WHERE id = $1', [stale.messageId]);
  const deferred: OutcomeRecord = {
    ...sent(late),
    state: 'deferred',
    stateCode: 'upstream.unavailable',
    dueInMs: 30_000,
    attempt: { outcome: 'deferred', status: 503, code: 'upstream.unavailable', text: 'Busy, "later", {please}' },
    providerId: null,
    event: { kind: 'deferred', data: { code: 'upstream.unavailable' } },
  };
  const failed: OutcomeRecord = {
    ...sent(refused),
    state: 'failed',
    stateCode: 'upstream.rejected',
    contentForMs: 3_600_000,
    attempt: { outcome: 'rejected', status: 400, code: 'upstream.rejected', text: null },
    providerId: null,
    event: { kind: 'rejected', data: {} },
  };
  const written = await recordOutcomes(scene.db.system, [sent(good), deferred, sent(stale), failed]);
  assert.deepEqual(written, [true, true, false, true]);

  const first = await scene.message(good.messageId);
  assert.deepEqual(
    [first.state, first.partState, first.key_sealed, first.events.at(-1)],
    ['sent', 'sent', null, 'sent'],
  );
  assert.notEqual(first.content_destroyed_at, null);
  const [part] = await scene.db.owner.query<{ provider_id: string }>(
    'SELECT provider_id FROM parts WHERE message_id = $1',
    [good.messageId],
  );
  assert.equal(part!.provider_id, `at the provider: "${good.messageId}", {}`);

  const second = await scene.message(late.messageId);
  assert.deepEqual([second.state, second.state_code], ['deferred', 'upstream.unavailable']);
  assert.ok(second.key_sealed && second.due_at && second.due_at.getTime() > Date.now() + 20_000);
  const [attempt] = await scene.db.owner.query<{ text: string }>('SELECT text FROM attempts WHERE message_id = $1', [
    late.messageId,
  ]);
  assert.equal(attempt!.text, 'Busy, "later", {please}');

  const third = await scene.message(stale.messageId);
  assert.deepEqual([third.state, third.partState, third.attempts[0]!.outcome], ['sending', 'sending', null]);
  assert.ok(third.key_sealed);

  const fourth = await scene.message(refused.messageId);
  assert.ok(fourth.key_sealed && fourth.content_until && fourth.sent_at === null);
});

test('the small statement of mail that was sent writes what the large one does, and nothing of what it does not know', async () => {
  const { owner, system } = scene.db;
  const [small, large] = await Promise.all(
    [recordSent, recordOutcomes].map(async (record) => {
      const claims = [await claimed(), await claimed()];
      const ids = claims.map(({ messageId }) => messageId);
      assert.deepEqual(await record(system, claims.map(sent)), [true, true]);
      return owner.query(
        `SELECT (to_jsonb(m) - ARRAY['id', 'seq', 'queue_id', 'message_id_header', 'accepted_at', 'ingested_at', 'sent_at', 'content_destroyed_at', 'spool_object', 'changed_xid'])
           || jsonb_build_object('times', ARRAY[m.sent_at, m.content_destroyed_at, p.sent_at, t.finished_at] = array_fill(m.sent_at, ARRAY[4])) AS message,
           to_jsonb(p) - ARRAY['message_id', 'sent_at', 'provider_id'] AS part, p.provider_id = 'at the provider: "' || m.id || '", {}' AS is_named,
           to_jsonb(t) - ARRAY['message_id', 'started_at', 'finished_at'] AS attempt,
           (SELECT array_agg(jsonb_build_array(e.kind, e.data) ORDER BY e.number) FROM message_events e WHERE e.message_id = m.id) AS story,
           (SELECT array_agg(o.facts) FROM outbox o WHERE o.subject_id = m.id) AS told
         FROM messages m JOIN parts p ON p.message_id = m.id JOIN attempts t ON t.message_id = m.id WHERE m.id = ANY ($1::uuid[])`,
        [ids],
      );
    }),
  );
  assert.equal(small!.length, 2);
  assert.deepEqual(small, large);

  const [stale, several, doubted] = [await claimed(), await claimed(), await claimed()];
  await owner.query('UPDATE messages SET fence = 2 WHERE id = $1', [stale.messageId]);
  const part = `INSERT INTO parts (message_id, number, tenant_id, state, places) VALUES ($1, 2, $2, 'queued', '{1}')`;
  await owner.query(part, [several.messageId, place.tenantId]);
  await owner.query(`UPDATE messages SET state = 'in_doubt', due_at = now() WHERE id = $1`, [doubted.messageId]);
  assert.deepEqual(await recordSent(system, [stale, several, doubted].map(sent)), [false, false, false]);
  assert.equal((await scene.message(several.messageId)).state, 'sending');
  assert.deepEqual(await recordOutcomes(system, [stale, several, doubted].map(sent)), [false, true, true]);
  assert.equal((await scene.message(several.messageId)).state, 'queued', 'its other part waits');

  const simple = sent(stale);
  const verdict = { recipient: 'owner@example.com', outcome: 'accepted' } as const;
  const dayRefund = { accountKey: 'microsoft:test', counts: 'mails' } as const;
  for (const other of [
    { partNumber: 2 },
    { results: [verdict] },
    { dayRefund },
    { whileLapsed: true },
    { state: 'failed' },
  ])
    assert.deepEqual([isSimplySent(simple), isSimplySent({ ...simple, ...other })], [true, false]);
});

test('an outcome meant for a claim before its commit point is refused once that mark is set', async () => {
  const claim = await claimed();
  assert.deepEqual(await markSends(scene.db.system, [{ ...claim, partNumber: 1, isCommit: false }]), [true]);
  const early = { ...sent(claim), fence: claim.fence + 1, whileUncommitted: true };
  assert.equal(await recordOutcome(scene.db.system, early), false, 'another claim');
  assert.deepEqual(await markSends(scene.db.system, [committing(claim)]), [true]);
  assert.equal(await recordOutcome(scene.db.system, { ...sent(claim), whileUncommitted: true }), false);
  assert.equal(await recordOutcome(scene.db.system, sent(claim)), true);
});

test('an object that cannot be removed keeps its row’s pointer, and no other object', async () => {
  const ended = { state: 'sent', due_at: null, key_sealed: null, content_destroyed_at: new Date() };
  const [stuck, other] = [await scene.makeMail(place, ended), await scene.makeMail(place, ended)];
  const objectOf = async (id: string) => (await scene.message(id)).spool_object;
  const [first, second] = [(await objectOf(stuck.id))!, (await objectOf(other.id))!];
  const spool = {
    ...scene.spool,
    remove: async (object: string) => {
      if (object === first) throw new Error('no such luck');
      await scene.spool.remove(object);
    },
  };
  await assert.rejects(destroyObjects([first, second], { database: scene.db.system, spool }), /no such luck/);
  assert.deepEqual([await objectOf(stuck.id), await objectOf(other.id)], [first, null]);
});
