import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Device, Mailbox, Overview, Page, SeenProblemList } from '@hikyaku/contracts';
import { makeMailbox } from '@hikyaku/testing';
import { type ApiUnderTest, startApi } from './api-under-test.ts';
import { makeHousehold } from './make-household.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.close());

const household = () => makeHousehold(api);

test('the mailboxes’ page counts devices and held mail', async () => {
  const { person, mail } = await household();
  await mail({ state: 'held', due_at: null });
  await mail();
  const { items } = await person.must<Page<{ deviceCount: number; heldCount: number }>>('GET', 'mailboxes');
  assert.deepEqual(
    items.map(({ deviceCount, heldCount }) => [deviceCount, heldCount]),
    [[1, 1]],
  );
});

test('one of a tenant’s own mailboxes is proposed for new devices, until another is chosen or it is disconnected', async () => {
  const { person, mailbox } = await household();
  const second = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const stranger = await household();
  const chosen = async () =>
    (await person.must<Page<Mailbox>>('GET', 'mailboxes')).items
      .filter(({ isDefault }) => isDefault)
      .map(({ id }) => id);
  assert.deepEqual(await chosen(), []);
  const foreign = await person.api('PATCH', 'tenant', { defaultMailboxId: stranger.mailbox.id });
  assert.deepEqual([foreign.status, await chosen()], [400, []]);
  for (const { id } of [mailbox, second]) {
    await person.must('PATCH', 'tenant', { defaultMailboxId: id });
    assert.deepEqual(await chosen(), [id]);
  }
  await person.must('DELETE', `mailboxes/${second.id}`);
  assert.deepEqual(await chosen(), []);
});
test('the overview tells what is kept of a tenant alone, its days cut by the zone that was asked for', async () => {
  const { person, mail, device } = await household();
  const stranger = await household();
  const now = new Date();
  const hour = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
  for (const { tenantId } of [person, stranger.person]) {
    await api.db.owner.query(`INSERT INTO mail_states VALUES ($1, 'queued', 4), ($1, 'sent', 9000000000)`, [tenantId]);
    await api.db.owner.query('INSERT INTO mail_hours VALUES ($1, $2, 5, 3, 1), ($1, $3, 7, 7, 0)', [
      tenantId,
      hour,
      new Date(hour.getTime() - 40 * 86_400_000),
    ]);
  }
  await mail({ state: 'held', due_at: null, accepted_at: new Date('2026-01-02T03:04:05Z') });
  await api.db.owner.query('UPDATE devices SET last_message_at = now() WHERE id = $1', [device.id]);
  const before = await person.must<Overview>('GET', 'overview?timeZone=Asia/Tokyo');
  assert.deepEqual([before.states.queued, before.states.sent, before.states.failed], [4, 9_000_000_000, 0]);
  assert.equal(before.days.length, 30);
  const tokyo = new Date(now.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
  assert.deepEqual(before.days.at(-1), { day: tokyo, accepted: 5, sent: 3, failed: 1 });
  assert.equal(
    before.days.reduce((sum, { accepted }) => sum + accepted, 0),
    5,
  );
  assert.deepEqual([before.held.oldestAt, before.waiting.count], ['2026-01-02T03:04:05.000Z', 4]);
  assert.equal(before.waiting.doneAt, null, 'no mailbox of it has a mail that waits');
  assert.deepEqual(before.devices, { total: 1, fine: 1, quiet: 0, refused: 0, stuck: 0, unused: 0, disabled: 0 });
  // One rule for the overview and for the list of devices: its owner's hours, else three times the usual gap, else none.
  for (const [own, gap, after] of [
    [2, 60, 2],
    [null, 30, 3],
    [null, 700, 35],
    [null, null, null],
  ] as const) {
    for (const hours of after ? [after - 1, after + 1] : [2_000]) {
      await api.db.owner.query(
        `UPDATE devices SET silence_after_hours = $2, usual_gap_minutes = $3, last_message_at = now() - $4 * interval '1 hour' WHERE id = $1`,
        [device.id, own, gap, hours],
      );
      const { devices } = await person.must<Overview>('GET', 'overview');
      const { quietAfterHours } = await person.must<Device>('GET', `devices/${device.id}`);
      assert.deepEqual([devices.quiet, quietAfterHours], [Number(after !== null && hours > after), after]);
    }
  }
  await api.db.owner.query(`INSERT INTO device_ends VALUES ($1, $2, 'failed', now())`, [device.id, person.tenantId]);
  await mail({ digest_at: new Date(Date.now() + 60_000), accepted_at: new Date('2026-01-02T03:04:05Z') });
  const gathering = await person.must<Overview>('GET', 'overview');
  assert.deepEqual([gathering.waiting.count, gathering.gathered.count], [3, 1], 'what is gathered is not late');
  assert.equal(gathering.waiting.oldestAt, null);
  const after = await person.must<Overview>('GET', 'overview');
  assert.deepEqual([after.devices.fine, after.devices.refused], [0, 1]);
  assert.equal((await person.api('GET', '/api/v1/overview?timeZone=Mars/Olympus')).status, 400);
});

test('a device that is not let in, or whose mailbox cannot send, is not counted as fine', async () => {
  const { person, mailbox, device } = await household();
  await api.db.owner.query('UPDATE devices SET last_message_at = now() WHERE id = $1', [device.id]);
  const kinds = async () => {
    const { devices } = await person.must<Overview>('GET', 'overview');
    return [devices.fine, devices.refused, devices.stuck, devices.total];
  };
  assert.deepEqual(await kinds(), [1, 0, 0, 1]);
  await api.db.owner.query(`UPDATE mailboxes SET state = 'needs_reconnect' WHERE id = $1`, [mailbox.id]);
  assert.deepEqual(await kinds(), [0, 0, 1, 1]);
  await api.db.owner.query(`UPDATE mailboxes SET state = 'active', deleted_at = now() WHERE id = $1`, [mailbox.id]);
  assert.deepEqual(await kinds(), [0, 0, 1, 1]);
  const { id: other } = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  await api.db.owner.query('UPDATE devices SET fallback_mailbox_id = $2 WHERE id = $1', [device.id, other]);
  assert.deepEqual(await kinds(), [1, 0, 0, 1], 'it leaves by its other mailbox');
  await api.db.owner.query('UPDATE devices SET fallback_mailbox_id = NULL WHERE id = $1', [device.id]);
  await api.db.owner.query('UPDATE mailboxes SET deleted_at = NULL WHERE id = $1', [mailbox.id]);
  await api.db.owner.query(
    `UPDATE devices SET refused_since = now(), refused_at = now(), refused_count = 1, refused_code = 'auth.wrong_password' WHERE id = $1`,
    [device.id],
  );
  assert.deepEqual(await kinds(), [0, 1, 0, 1]);
});

test('what a person has seen is kept for himself, a hundred at most, and a mailbox that stops again is news', async () => {
  const person = await api.owner();
  const other = await api.owner();
  const seen = async (of = person) => (await of.must<SeenProblemList>('GET', 'me/seen')).items;
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId, state: 'needs_reconnect' });
  const problem = `mailbox:${mailbox.id}`;
  await person.must('POST', 'me/seen', { problem: 'failed', mark: '2026-11-28T20:00:00.000Z' });
  await person.must('POST', 'me/seen', { problem, mark: 'upstream.auth_lost' });
  await person.must('POST', 'me/seen', { problem: 'failed', mark: '2026-11-28T21:00:00.000Z' });
  assert.deepEqual(await seen(), [
    { problem: 'failed', mark: '2026-11-28T21:00:00.000Z' },
    { problem, mark: 'upstream.auth_lost' },
  ]);
  assert.deepEqual(await seen(other), []);
  assert.equal((await person.api('POST', 'me/seen', { problem: 'anything', mark: '' })).status, 400);

  for (const state of ['active', 'needs_reconnect'])
    await api.db.owner.query('UPDATE mailboxes SET state = $2::mailbox_state WHERE id = $1', [mailbox.id, state]);
  assert.deepEqual(
    (await seen()).map((one) => one.problem),
    ['failed'],
  );

  await api.db.owner.query(
    `INSERT INTO seen_problems SELECT tenant_id, person, 'mailbox:' || gen_random_uuid(), '', seen_at - n * interval '1 minute'
     FROM seen_problems, generate_series(1, 120) n WHERE tenant_id = $1`,
    [person.tenantId],
  );
  await person.must('POST', 'me/seen', { problem: 'in_doubt', mark: 'x' });
  const [row] = await api.db.owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM seen_problems WHERE tenant_id = $1',
    [person.tenantId],
  );
  assert.equal(row?.count, 100);
  assert.equal((await seen()).at(0)?.problem, 'in_doubt');
});
