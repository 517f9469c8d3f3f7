import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DeviceWithCredential, Problem, Usage } from '@hikyaku/contracts';
import { newId, PLANS } from '@hikyaku/core';
import { makeMailbox, makeMessage } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';

/** Two api processes on one database would count together; here parallel requests share the pool as two processes share Postgres. */
const plan = {
  ...PLANS.open,
  devices: 5,
  deviceGroups: 2,
  recipientsPerDevice: 4,
  recipientBytesPerDevice: 200,
  newRecipientsPerDay: 6,
  testMailsPerHour: 12,
  strangerTestMailsPerHour: 3,
};

let api: ApiUnderTest;
before(async () => {
  api = await startApi({ plan });
});
after(() => api.close());

async function tenant() {
  const person = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId, address: 'home@outlook.example' });
  return { person, mailboxId: mailbox.id };
}
async function accountOf(mailboxId: string): Promise<string> {
  const rows = await api.db.owner.query<{ key: string }>('SELECT account_key AS key FROM mailboxes WHERE id = $1', [
    mailboxId,
  ]);
  return rows[0]!.key;
}
const post = (person: Person, path: string, body: unknown) => person.api<Problem>('POST', path, body);
const codes = (answers: { status: number; body: { code?: string } }[]) =>
  answers.map(({ status, body }) => body.code ?? String(status)).sort();

test('of twenty devices added at once a plan of five takes five, and says why not the others', async () => {
  const { person, mailboxId } = await tenant();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => post(person, 'devices', { name: `Camera ${index}`, mailboxId })),
  );
  assert.deepEqual(codes(answers), [...Array(5).fill('201'), ...Array(15).fill('limit.devices')]);
  const refused = answers.find(({ status }) => status !== 201)!;
  assert.equal(refused.status, 409);
  assert.match(refused.body.fields!.name!, /5 devices/);
  const { items } = (await person.api<{ items: { id: string }[] }>('GET', 'devices')).body;
  await person.must('DELETE', `devices/${items[0]!.id}`);
  assert.equal((await post(person, 'devices', { name: 'Instead', mailboxId })).status, 201);
});

test('of four groups made at once a plan of two takes two', async () => {
  const { person } = await tenant();
  const answers = await Promise.all(['A', 'B', 'C', 'D'].map((name) => post(person, 'groups', { name })));
  assert.deepEqual(codes(answers), ['201', '201', 'limit.device_groups', 'limit.device_groups']);
});

test('a list longer than the plan allows, in number or in bytes, is not taken: neither new nor changed', async () => {
  const { person, mailboxId } = await tenant();
  const list = (count: number, length = 0) =>
    Array.from({ length: count }, (_, index) => `r${index}${'x'.repeat(length)}@b.example`);
  const create = (recipients: string[]) =>
    post(person, 'devices', { name: 'G', mailboxId, recipientsMode: 'allow', recipients });
  assert.deepEqual(codes([await create(list(5)), await create(list(4, 50))]), ['limit.recipients', 'limit.recipients']);
  const made = await create(list(4));
  assert.equal(made.status, 201);
  const { device } = made.body as unknown as DeviceWithCredential;
  const patch = await person.api<Problem>('PATCH', `devices/${device.id}`, { recipients: list(5) });
  assert.deepEqual([patch.status, patch.body.code], [409, 'limit.recipients']);
});

test('new recipients are counted over all devices and requests of a day; known ones and refused ones are not', async () => {
  const { person, mailboxId } = await tenant();
  const make = (recipients: string[]) =>
    post(person, 'devices', { name: 'G', mailboxId, recipientsMode: 'allow', recipients });
  const answers = await Promise.all([1, 2, 3, 4].map((n) => make([`a${n}@b.example`, `b${n}@b.example`])));
  assert.deepEqual(codes(answers), ['201', '201', '201', 'limit.new_recipients']);
  assert.ok(Number(answers.find(({ status }) => status === 429)!.headers.get('retry-after')) > 3600);
  const known = (answers.find(({ status }) => status === 201)!.body as unknown as DeviceWithCredential).device
    .recipients;
  assert.equal((await make(known.map((address) => address.toUpperCase()))).status, 201);
  assert.deepEqual(codes([await make(['one-more@b.example'])]), ['limit.new_recipients']);
  await api.db.owner.query(`UPDATE tenant_uses SET ends_at = now() - interval '1 second' WHERE tenant_id = $1`, [
    person.tenantId,
  ]);
  assert.equal((await make(['one-more@b.example'])).status, 201, 'the next day');
});

test('a fresh account writes to three strangers an hour, however many requests it sends, and to itself more often', async () => {
  const { person, mailboxId } = await tenant();
  const { device } = await person.createDevice(mailboxId);
  const before = api.spooled.length;
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      post(person, `devices/${device.id}/test`, { recipients: [`stranger${index}@b.example`] }),
    ),
  );
  assert.deepEqual(codes(answers), [...Array(3).fill('202'), ...Array(37).fill('limit.test_mails')]);
  assert.equal(api.spooled.length - before, 3, 'refused ones left nothing behind');
  for (let count = 0; count < 9; count++) {
    assert.equal(
      (await post(person, `devices/${device.id}/test`, { recipients: ['HOME@outlook.example'] })).status,
      202,
    );
  }
  assert.deepEqual(codes([await post(person, `devices/${device.id}/test`, {})]), ['limit.test_mails'], 'in all');
});

test('ten strangers in one request are ten', async () => {
  const { person, mailboxId } = await tenant();
  const { device } = await person.createDevice(mailboxId);
  const recipients = Array.from({ length: 10 }, (_, index) => `s${index}@b.example`);
  const answer = await post(person, `devices/${device.id}/test`, { recipients });
  assert.deepEqual([answer.status, answer.body.code], [429, 'limit.test_mails']);
});

test('a tenant’s own numbers count instead of the plan’s, and its usage is shown beside each limit', async () => {
  const { person, mailboxId } = await tenant();
  await api.db.owner.query(`UPDATE tenants SET limits = '{"devices": 2}' WHERE id = $1`, [person.tenantId]);
  await person.createDevice(mailboxId, { recipientsMode: 'allow', recipients: ['a@b.example'] });
  await person.createDevice(mailboxId);
  assert.deepEqual(codes([await post(person, 'devices', { name: 'Third', mailboxId })]), ['limit.devices']);
  const mailbox = { id: mailboxId, account_key: await accountOf(mailboxId) };
  const device = { id: newId(), tenant_id: person.tenantId };
  for (const row of [{}, { state: 'held', due_at: null }, { state: 'held', due_at: null }])
    await makeMessage(api.db.owner, { device, mailbox }, row);
  await makeMessage(api.db.owner, { device, mailbox }, { state: 'sent', due_at: null, sent_at: new Date() });
  await api.db.owner.query(
    `INSERT INTO mail_hours SELECT $1, date_trunc('hour', now()) - h * interval '1 hour', 1, 0, 0 FROM unnest('{0,5,22,24,30}'::int[]) h`,
    [person.tenantId],
  );
  const { items } = await person.must<Usage>('GET', 'usage');
  assert.deepEqual(
    items.find(({ name }) => name === 'devices'),
    {
      name: 'devices',
      used: 2,
      limit: 2,
      atLimit: 'refused',
      code: 'limit.devices',
    },
  );
  assert.deepEqual(Object.fromEntries(items.map(({ name, used, limit }) => [name, [used, limit]])), {
    devices: [2, 2],
    deviceGroups: [0, 2],
    recipientsPerDevice: [1, 4],
    recipientBytesPerDevice: [11, 200],
    newRecipientsPerDay: [1, 6],
    mailsPerDay: [3, 5000],
    waitingMails: [3, 2000],
    waitingBytes: [6144, 500_000_000],
    testMailsPerHour: [0, 12],
    strangerTestMailsPerHour: [0, 3],
  });
  const other = await tenant();
  assert.equal((await other.person.must<Usage>('GET', 'usage')).items[0]!.used, 0, 'another tenant’s are not counted');
});
