import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  DeviceHours,
  Mailbox,
  MessageDetail,
  MessageSummary,
  Overview,
  Page,
  Problem,
  RuleTrial,
} from '@hikyaku/contracts';
import { newId } from '@hikyaku/core';
import { pageMessages } from '@hikyaku/db';
import { makeMailbox } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { makeHousehold } from './make-household.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.close());

const household = () => makeHousehold(api);

const list = (person: Person, query: string) => person.must<Page<MessageSummary>>('GET', `messages?${query}`);

test('pages stay whole while new mail arrives, even mail with an old acceptedAt', async () => {
  const { person, mail } = await household();
  const ids: string[] = [];
  for (let index = 0; index < 7; index++) ids.push((await mail()).id);
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const page = await list(person, `limit=2${cursor}`);
    seen.push(...page.items.map(({ id }) => id));
    // Arrives between two pages: a replay of yesterday's journal, and a fresh one.
    await mail({ accepted_at: new Date(Date.now() - 86_400_000) });
    await mail();
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  assert.deepEqual(seen, ids.reverse());
});

test('the log is filtered by device, state, time and words', async () => {
  const { person, mail, device } = await household();
  const failed = await mail({ state: 'failed', due_at: null, subject: '玄関で動体検知' });
  const held = await mail({ state: 'held', due_at: null, recipients: ['grandma@example.com'] });
  const old = await mail({ accepted_at: new Date('2026-01-02T03:04:05Z'), subject: '100%_done' });
  const idsOf = async (query: string) => (await list(person, query)).items.map(({ id }) => id);
  assert.deepEqual(await idsOf('state=failed'), [failed.id]);
  assert.deepEqual(await idsOf('state=failed,held'), [held.id, failed.id]);
  assert.deepEqual(await idsOf(`q=${encodeURIComponent('玄関')}`), [failed.id]);
  assert.deepEqual(await idsOf('q=GRANDMA'), [held.id]);
  assert.deepEqual(await idsOf(`q=${failed.queue_id.toLowerCase()}`), [failed.id]);
  assert.deepEqual(await idsOf(`q=${encodeURIComponent('%_')}`), [old.id], 'wildcards are letters');
  assert.deepEqual(await idsOf('from=2026-01-02&to=2026-01-03'), [old.id]);
  assert.deepEqual(await idsOf(`deviceId=${device.id}`), [old.id, held.id, failed.id]);
  assert.deepEqual(await idsOf('deviceId=0192f0c0-0000-7000-8000-00000000000a'), []);
});

test('a search looks at a bounded number of mails and says where it stopped', async () => {
  const { person, mail } = await household();
  const found = await mail({ subject: '玄関' });
  for (let index = 0; index < 4; index++) await mail();
  await api.db.tenant.forTenant(person.tenantId).tx(async (tx) => {
    const scope = { tenantId: person.tenantId, tx };
    const search = (beforeSeq?: bigint) =>
      pageMessages(scope, { text: '玄関' }, { limit: 10, chunk: 3, lookForMs: 0, beforeSeq });
    const first = await search();
    assert.deepEqual(first.rows, []);
    assert.ok(first.searchedTo !== null);
    const second = await search(first.searchedTo);
    assert.deepEqual([second.rows.map(({ id }) => id), second.searchedTo], [[found.id], null]);
  });
});

test('a message tells its story, with parts and attempts', async () => {
  const { person, mail, device, mailbox } = await household();
  const { id } = await mail({ state: 'sent' });
  const tenantId = person.tenantId;
  await api.db.owner.query(
    `INSERT INTO message_events (message_id, tenant_id, kind, data) VALUES ($1, $2, 'accepted', '{"door":"submission"}'), ($1, $2, 'deferred', '{"code":"upstream.throttled"}'),
       ($1, $2, 'in_doubt', '{"changes":["date.missing","body.line_ends"]}'), ($1, $2, 'sent', '{"changes":["body.line_ends","of.tomorrow"]}')`,
    [id, tenantId],
  );
  await api.db.owner.query(
    `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, finished_at, outcome, status, code, text)
     VALUES ($1, 1, 1, $2, 1, now(), now(), 'deferred', 429, 'upstream.throttled', 'slow down')`,
    [id, tenantId],
  );
  const message = await person.must<MessageDetail>('GET', `messages/${id}`);
  assert.deepEqual(
    message.events.map(({ kind, text }) => [kind, text]),
    [
      ['accepted', 'Accepted from the device'],
      ['deferred', 'The provider asked to wait (upstream.throttled)'],
      ['in_doubt', 'Handed over, but no answer came'],
      ['sent', 'Handed to the provider'],
    ],
  );
  assert.deepEqual(message.changes, ['date.missing', 'body.line_ends'], 'each once, and none that has no words yet');
  assert.deepEqual([message.deviceName, message.mailboxAddress], [device.name, mailbox.address]);
  const [attempt] = message.parts[0]!.attempts;
  assert.deepEqual(
    [attempt?.outcome, attempt?.status, attempt?.code, attempt?.text],
    ['deferred', 429, 'upstream.throttled', 'slow down'],
  );
});

test('a failed mail goes on its way again while its content exists, and not after', async () => {
  const { person, mail, mailbox } = await household();
  const spooled = { key_sealed: Buffer.from('k'), spool_object: 'o', spool_offset: 0, spool_length: 1 };
  const failed = await mail({ state: 'failed', state_code: 'upstream.rejected', due_at: null, ...spooled });
  assert.equal((await person.must<MessageDetail>('GET', `messages/${failed.id}`)).canRetry, true);
  const retried = await person.must<MessageDetail>('POST', `messages/${failed.id}/retry`);
  assert.deepEqual([retried.state, retried.stateCode, retried.events.at(-1)?.kind], ['queued', null, 'retried']);
  assert.equal(retried.parts[0]!.state, 'queued', 'its part goes with it');
  assert.ok(api.woken.includes(mailbox.account_key));
  const gone = await mail({ state: 'failed', due_at: null, content_destroyed_at: new Date() });
  const refused = await person.api('POST', `messages/${gone.id}/retry`);
  assert.deepEqual([refused.status, refused.body.code], [409, 'api.content_gone']);
  const sent = await mail({ state: 'sent', due_at: null, ...spooled });
  assert.equal((await person.api('POST', `messages/${sent.id}/retry`)).status, 409);
});

test('a mail that waits is cancelled, with its part, and can be sent again; one that is being sent or was sent cannot', async () => {
  const { person, mail } = await household();
  const spooled = { key_sealed: Buffer.from('k'), spool_object: 'o', spool_offset: 0, spool_length: 1 };
  const waiting = await mail({ state: 'deferred', ...spooled });
  const cancelled = await person.must<MessageDetail>('POST', `messages/${waiting.id}/cancel`);
  assert.deepEqual(
    [
      cancelled.state,
      cancelled.parts[0]!.state,
      cancelled.nextAttemptAt,
      cancelled.canRetry,
      cancelled.events.at(-1)?.kind,
    ],
    ['cancelled', 'cancelled', null, true, 'cancelled'],
  );
  assert.ok(cancelled.contentUntil, 'content of what is not sent has an end');
  const again = await person.must<MessageDetail>('POST', `messages/${waiting.id}/retry`);
  assert.deepEqual([again.state, again.parts[0]!.state, again.contentUntil], ['queued', 'queued', null]);

  const lease = { lease_until: new Date(Date.now() + 60_000), due_at: null };
  for (const row of [
    { state: 'sending', ...lease },
    { state: 'sent', due_at: null },
  ]) {
    const { status, body } = await person.api('POST', `messages/${(await mail({ ...row, ...spooled })).id}/cancel`);
    assert.deepEqual([status, body.code], [409, 'api.conflict']);
  }
});

test('a mail that waits tells why, what is before it and when it goes; so do its mailbox and the overview', async () => {
  const { person, mail, mailbox } = await household();
  const stranger = await household();
  await stranger.mail();
  const key = mailbox.account_key!;
  await api.db.owner.query(
    'INSERT INTO upstream_accounts (account_key, bucket_tokens, bucket_at) VALUES ($1, 0, now())',
    [key],
  );
  const [first, , third] = [await mail(), await mail(), await mail({ accepted_at: new Date() })];
  const story = await person.must<MessageDetail>('GET', `messages/${third!.id}`);
  const near = (at: string | null, inMs: number) => {
    const off = Date.parse(at!) - Date.now() - inMs;
    // Never later; a slow test has used up some of the wait.
    assert.ok(off < 500 && off > -6_000, `${off} ms off`);
  };
  assert.deepEqual(
    [story.waiting!.reason, story.waiting!.before, story.waiting!.limit, story.canRetry],
    ['pace', 2, 30, false],
  );
  near(story.waiting!.expectedAt, 6_000);
  const { items } = await person.must<Page<Mailbox>>('GET', 'mailboxes');
  assert.equal(items[0]!.waiting.count, 3);
  near(items[0]!.waiting.doneAt, 6_000);
  assert.deepEqual(items[0]!.day, { used: 0, limit: 10_000, counts: 'recipients' });
  const hour = 'extract(epoch FROM now())::bigint / 3600';
  await api.db.owner.query(
    `UPDATE upstream_accounts SET day_hour = ${hour}, day_hours = array_fill(4, ARRAY[24]) WHERE account_key = $1`,
    [key],
  );
  const [busy] = (await person.must<Page<Mailbox>>('GET', 'mailboxes')).items;
  assert.equal(busy!.day!.used % 4, 0);
  assert.ok(busy!.day!.used >= 92, `${busy!.day!.used}`);
  near((await person.must<Overview>('GET', 'overview')).waiting.doneAt, 6_000);

  await api.db.owner.query(
    `UPDATE upstream_accounts SET not_before = now() + interval '1 hour' WHERE account_key = $1`,
    [key],
  );
  const resting = await person.must<MessageDetail>('GET', `messages/${first!.id}`);
  assert.deepEqual([resting.waiting!.reason, resting.waiting!.before], ['provider', 0]);
  const sent = await mail({ state: 'sent', due_at: null });
  assert.equal((await person.must<MessageDetail>('GET', `messages/${sent.id}`)).waiting, null);
  const held = await mail({ state: 'held', due_at: null });
  assert.deepEqual((await person.must<MessageDetail>('GET', `messages/${held.id}`)).waiting, {
    reason: 'held',
    before: null,
    limit: null,
    expectedAt: null,
  });
});

test('rules are kept in order, checked, and tried on the newest mails before they are saved; a device’s own come before its site’s', async () => {
  const { person, device, mailbox, mail } = await household();
  const site = await person.must<{ id: string }>('POST', 'groups', { name: 'Shop' });
  await person.must('PATCH', `devices/${device.id}`, { groupId: site.id });
  const [report, motion] = [await mail({ subject: '日次レポート' }), await mail({ subject: 'Motion at the gate' })];
  const drop = { field: 'subject', matches: 'レポート', action: 'drop' } as const;
  const send = { field: 'subject', matches: 'gate', action: 'send' } as const;
  const hits = async (path: string, rules: unknown[]) => {
    const { mails } = await person.must<RuleTrial>('POST', `${path}/rules/try`, { rules });
    return mails.map(({ id, hit }) => [id, hit && `${hit.of} ${hit.number} ${hit.action}`]);
  };
  assert.deepEqual(await hits(`devices/${device.id}`, [send, drop]), [
    [motion.id, 'device 1 send'],
    [report.id, 'device 2 drop'],
  ]);
  assert.deepEqual(await person.must('GET', `devices/${device.id}/rules`), { rules: [], groupRules: [] }, 'only tried');

  await person.must('PUT', `devices/${device.id}/rules`, { rules: [send] });
  await person.must('PUT', `groups/${site.id}/rules`, { rules: [drop] });
  assert.deepEqual(await person.must('GET', `devices/${device.id}/rules`), { rules: [send], groupRules: [drop] });
  assert.deepEqual(await hits(`groups/${site.id}`, [{ ...drop, matches: '*' }]), [
    [motion.id, 'device 1 send'],
    [report.id, 'group 1 drop'],
  ]);
  const audit = await api.db.owner.query<{ data: unknown }>(
    `SELECT data FROM audit_entries WHERE target = $1 AND action = 'group.rules_changed'`,
    [site.id],
  );
  assert.deepEqual(audit, [{ data: { rules: [drop] } }]);

  const refusal = async (rule: object): Promise<string[]> => {
    const { status, body } = await person.api<Problem>('PUT', `devices/${device.id}/rules`, { rules: [rule] });
    assert.equal(status, 400);
    return Object.keys((body as Problem).fields ?? {});
  };
  const stranger = await makeMailbox(api.db.owner, { tenant_id: newId() });
  assert.deepEqual(await refusal({ ...drop, action: 'mailbox', mailboxId: stranger.id }), ['rules.0.mailboxId']);
  await refusal({ ...drop, action: 'recipients', recipients: ['nobody'] });
  await refusal({ ...drop, matches: '' });
  await refusal({ ...drop, action: 'delete' });
  const long = Array.from({ length: 20 }, () => ({ ...drop, matches: '長'.repeat(200) }));
  const { status } = await person.api<Problem>('PUT', `devices/${device.id}/rules`, { rules: long });
  assert.equal(status, 400, 'every edge keeps them');
  const others = { ...drop, action: 'recipients', recipients: ['Guard@Example.com', 'guard@example.com'] };
  await person.must('PUT', `devices/${device.id}/rules`, {
    rules: [others, { ...drop, action: 'mailbox', mailboxId: mailbox.id }],
  });
});

test('a digest shows its mails, and they show it; a mail of quiet hours says until when it waits, and they need a zone', async () => {
  const { person, device, mail } = await household();
  const digest = await mail({ door: 'dashboard', state: 'sent', due_at: null });
  const inIt = { state: 'sent', due_at: null, digest_id: digest.id };
  const [first, second] = [await mail({ ...inIt, subject: 'One' }), await mail({ ...inIt, subject: 'Two' })];
  const { digested } = await person.must<MessageDetail>('GET', `messages/${digest.id}`);
  assert.deepEqual(
    digested.map(({ id, subject, state }) => [id, subject, state]),
    [
      [first.id, 'One', 'sent'],
      [second.id, 'Two', 'sent'],
    ],
  );
  const child = await person.must<MessageDetail>('GET', `messages/${first.id}`);
  assert.deepEqual([child.digestId, child.digested], [digest.id, []]);

  const morning = new Date(Date.now() + 3_600_000);
  const waits = await mail({ digest_at: morning, due_at: morning });
  await api.db.owner.query(`INSERT INTO message_events (message_id, tenant_id, kind) VALUES ($1, $2, 'quiet_hours')`, [
    ...[waits.id, person.tenantId],
  ]);
  const { waiting } = await person.must<MessageDetail>('GET', `messages/${waits.id}`);
  assert.deepEqual([waiting?.reason, waiting?.expectedAt], ['quiet', morning.toISOString()]);
  const { items } = await person.must<Page<Mailbox>>('GET', 'mailboxes');
  const overview = await person.must<Overview>('GET', 'overview');
  assert.deepEqual([items[0]!.waiting.count, overview.waiting.oldestAt], [0, null], 'nothing is late by it');

  const quietHours = { start: '22:00', end: '07:00' };
  const patch = (body: object) => person.api<Problem>('PATCH', `devices/${device.id}`, body);
  assert.deepEqual(Object.keys((await patch({ quietHours, timeZone: null })).body.fields ?? {}), ['timeZone']);
  assert.equal((await patch({ quietHours, timeZone: 'Asia/Tokyo', ratePerMinute: 5 })).status, 200);
});

test('a device’s week is told by the hour: its own mail, no tests, nothing from before it is known', async () => {
  const { person, mail, device } = await household();
  const hour = Math.floor(Date.now() / 3_600_000 - 5) * 3_600_000;
  const at = (minute: number) => new Date(hour + minute * 60_000);
  for (const minute of [-8 * 24 * 60, 1, 59, 121]) await mail({ accepted_at: at(minute), ingested_at: at(minute) });
  await mail({ accepted_at: at(60), ingested_at: at(60), is_test: true });
  await api.db.owner.query(`UPDATE devices SET created_at = now() - interval '30 days' WHERE id = $1`, [device.id]);
  const week = () => person.must<DeviceHours>('GET', `devices/${device.id}/hours`);
  const { hours, since } = await week();
  const expected = [
    { at: at(0).toISOString(), mails: 2 },
    { at: at(120).toISOString(), mails: 1 },
  ];
  assert.deepEqual(hours, expected);
  const days = (time: string) => Math.round((Date.now() - Date.parse(time)) / 86_400_000);
  await person.must('PATCH', 'tenant', { retentionDays: 3 });
  assert.deepEqual([days(since), days((await week()).since)], [7, 3]);
});
