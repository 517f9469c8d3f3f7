import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiKeyMade, TenantDeletions } from '@hikyaku/contracts';
import { destroyErasedContent, eraseTenantRows, findTenantsToErase } from '@hikyaku/db';
import { makeAlert, makeDevice, makeMailbox, makeMessage, makeSender, makeSession } from '@hikyaku/testing';
import { type ApiUnderTest, fakeConnector, type Person, startApi } from './api-under-test.ts';
import { type Operation, VALID_BODIES, walkOpenApi } from './walk-openapi.ts';

const UNKNOWN = '0192f0c0-0000-7000-8000-00000000000a';
/** By turns, of one comparison of times. */
const PAIRS = 15;
/** On a busy machine one comparison in three is off, to either side: a dozen in a row to the same side are no accident. */
const TRIES = 12;
const CONTROLS = 4;
/** Things of one tenant, by the collection that they are asked for in. */
type Things = Record<
  | 'devices'
  | 'groups'
  | 'mailboxes'
  | 'messages'
  | 'senders'
  | 'sessions'
  | 'tenants'
  | 'alerts'
  | 'alert-channels'
  | 'alert-deliveries'
  | 'api-keys',
  string
>;

const microsoft = fakeConnector('microsoft');
let api: ApiUnderTest;
let operations: Operation[];
before(async () => {
  api = await startApi({ connectors: { microsoft, google: fakeConnector('google') } });
  operations = await walkOpenApi(api.url);
});
after(() => api.close());

async function household(email: string): Promise<{ person: Person & { tenantId: string }; things: Things }> {
  const person = await api.owner(email);
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: person.tenantId,
    mailbox_id: mailbox.id,
  });
  const message = await makeMessage(
    api.db.owner,
    { device, mailbox },
    { state: 'failed', due_at: null, subject: `of ${email}` },
  );
  const session = await makeSession(api.db.owner, device);
  const things = { devices: device.id, mailboxes: mailbox.id, messages: message.id, sessions: session.id };
  const { channel } = await person.must<{ channel: { id: string } }>(
    'POST',
    'alert-channels',
    VALID_BODIES.addAlertChannel,
  );
  const alert = await makeAlert(api.db.owner, device, channel.id);
  const { apiKey } = await person.must<ApiKeyMade>('POST', 'api-keys', VALID_BODIES.makeApiKey);
  const group = await person.must<{ id: string }>('POST', 'groups', { name: `Group of ${email}` });
  const told = {
    groups: group.id,
    senders: (await makeSender(api.db.owner, mailbox)).id,
    alerts: alert.id,
    'alert-channels': channel.id,
    'alert-deliveries': alert.deliveryId,
    'api-keys': apiKey.id,
  };
  return { person, things: { ...things, ...told, tenants: person.tenantId } };
}

const ask = (person: Person, operation: Operation, id: string) => {
  const body = VALID_BODIES[operation.operationId];
  return person.api(operation.method, operation.path.replace('{id}', id), operation.hasBody ? body : undefined);
};

const collectionOf = ({ path }: Operation): keyof Things => {
  const [, , , first, second] = path.split('/');
  return (first === 'operator' ? second : first) as keyof Things;
};

/** Everything a tenant has, as rows. */
async function snapshot(tenantId: string): Promise<unknown> {
  const tables = [
    'devices',
    'device_groups',
    'mailboxes',
    'mailbox_senders',
    'credentials',
    'messages',
    'message_events',
    'smtp_sessions',
    'arrivals',
    'bounce_addresses',
    'seen_problems',
    'watches',
  ].concat(['alerts', 'alert_channels', 'alert_deliveries', 'api_keys']);
  return Promise.all(
    tables.map((table) =>
      api.db.owner.query(`SELECT t::text AS row FROM ${table} t WHERE tenant_id = $1 ORDER BY 1`, [tenantId]),
    ),
  );
}

test('on every route about one thing, another tenant’s id answers exactly as an unknown one, and changes nothing', async () => {
  const a = await household('a@example.com');
  const b = await household('b@example.com');
  const before = await snapshot(a.person.tenantId);
  const ofOne = operations.filter(({ hasId }) => hasId);
  assert.ok(ofOne.length >= 8, 'the document lists the routes');
  for (const operation of ofOne) {
    const collection = collectionOf(operation);
    assert.ok(a.things[collection], `${operation.path} is about things that this test does not make`);
    const foreign = await ask(b.person, operation, a.things[collection]);
    const unknown = await ask(b.person, operation, UNKNOWN);
    assert.deepEqual([foreign.status, foreign.body], [404, unknown.body], `${operation.method} ${operation.path}`);
    assert.equal((await ask(b.person, operation, 'not-an-id')).status, 404);
  }
  assert.deepEqual(await snapshot(a.person.tenantId), before);
});

const medianOf = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** By how many milliseconds one request takes longer than another: the median of pairs, each in the same weather, whose order changes. */
async function compare(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<number> {
  const took = async (request: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await request();
    return performance.now() - startedAt;
  };
  const apart: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    if (pair % 2) {
      const later = await took(other);
      apart.push((await took(one)) - later);
    } else apart.push((await took(one)) - (await took(other)));
  }
  return medianOf(apart);
}

test('nor does the time of an answer tell another tenant’s id from an unknown one', async () => {
  const a = await household('slow@example.com');
  const b = await household('quick@example.com');
  const story = operations.find(({ method, path }) => method === 'GET' && path.endsWith('/messages/{id}'))!;
  // A few queries more: what this test can see.
  const visible = medianOf(
    await inTurn(CONTROLS, () =>
      compare(
        () => ask(b.person, story, b.things.messages),
        () => ask(b.person, story, UNKNOWN),
      ),
    ),
  );
  assert.ok(visible > 0.1, `the control: what is there takes ${visible} ms longer than what is not`);
  for (const operation of operations.filter(({ hasId }) => hasId)) {
    const collection = collectionOf(operation);
    const seen: number[] = [];
    // What tells an id shows each time, to the same side; what a busy machine does, once.
    const isTelling = (): boolean =>
      seen.every((ms) => Math.abs(ms) >= visible / 2 && Math.sign(ms) === Math.sign(seen[0]!));
    do {
      seen.push(
        await compare(
          () => ask(b.person, operation, a.things[collection]),
          () => ask(b.person, operation, UNKNOWN),
        ),
      );
    } while (isTelling() && seen.length < TRIES);
    assert.ok(!isTelling(), `${operation.method} ${operation.path}: ${seen.join(', ')} ms apart`);
  }
});

async function inTurn<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n++) results.push(await work());
  return results;
}

test('ids of another tenant inside a request are refused like unknown ones', async () => {
  const a = await household('c@example.com');
  const b = await household('d@example.com');
  const refusal = async (mailboxId: string) => {
    const { status, body } = await b.person.api('POST', 'devices', { name: 'x', mailboxId });
    return { status, body };
  };
  assert.deepEqual(await refusal(a.things.mailboxes), await refusal(UNKNOWN));
  const moved = await b.person.api('PATCH', `devices/${b.things.devices}`, { mailboxId: a.things.mailboxes });
  assert.equal(moved.status, 400);
  const fallback = await b.person.api('PATCH', `devices/${b.things.devices}`, {
    fallbackMailboxId: a.things.mailboxes,
  });
  assert.equal(fallback.status, 400);
  const grouped = await b.person.api('PATCH', `devices/${b.things.devices}`, { groupId: a.things.groups });
  assert.equal(grouped.status, 400);
  const sent = await b.person.api('PATCH', `devices/${b.things.devices}`, { senderId: a.things.senders });
  assert.equal(sent.status, 400);
  const connect = await b.person.api('GET', `mailboxes/connect/microsoft?mailboxId=${a.things.mailboxes}`);
  assert.equal(connect.status, 404);
});

test('lists, filters and cursors show nothing of another tenant', async () => {
  const a = await household('e@example.com');
  const b = await household('f@example.com');
  const [message] = await api.db.owner.query<{ seq: number; queue_id: string }>(
    'SELECT seq, queue_id FROM messages WHERE id = $1',
    [a.things.messages],
  );
  const queries = [
    'devices?limit=200',
    'mailboxes?limit=200',
    'members?limit=200',
    'messages?limit=200',
    `messages?q=${message!.queue_id}`,
    'messages?q=e%40example.com',
    'groups',
    `devices?groupId=${a.things.groups}`,
    `messages?deviceId=${a.things.devices}`,
    `messages?mailboxId=${a.things.mailboxes}`,
    `messages?cursor=${message!.seq + 1}`,
    `devices?cursor=${a.things.devices}`,
  ];
  const foreign = [...Object.values(a.things), a.person.tenantId, 'e@example.com'];
  for (const query of queries) {
    const text = JSON.stringify(await b.person.must('GET', query));
    for (const trace of foreign) assert.equal(text.includes(trace), false, `${query} shows ${trace}`);
  }
});

test('choosing a tenant that one does not belong to changes nothing', async () => {
  const a = await household('g@example.com');
  const b = await household('h@example.com');
  await b.person.api('POST', '/api/auth/organization/set-active', { organizationId: a.person.tenantId });
  // Even with the session's own row forged.
  await api.db.owner.query(
    'UPDATE auth_sessions SET active_organization_id = $1 WHERE user_id = (SELECT user_id FROM auth_members WHERE organization_id = $2)',
    [a.person.tenantId, b.person.tenantId],
  );
  const me = await b.person.must<{ tenant: { id: string } }>('GET', 'me');
  assert.equal(me.tenant.id, b.person.tenantId);
});

test('row-level security stands alone: without the application’s filter another tenant’s rows are still not there', async () => {
  const a = await household('i@example.com');
  const b = await household('j@example.com');
  await api.db.tenant.forTenant(b.person.tenantId).tx(async (tx) => {
    assert.equal(await tx.device.count({ where: { id: a.things.devices } }), 0);
    assert.equal(await tx.message.count({ where: { tenantId: a.person.tenantId } }), 0);
    const { count } = await tx.mailbox.updateMany({ where: { id: a.things.mailboxes }, data: { address: 'stolen' } });
    assert.equal(count, 0);
    assert.deepEqual(
      (await tx.device.findMany({})).map(({ id }) => id),
      [b.things.devices],
    );
  });
});

test('an owner deletes his tenant by its name: it is served no more, its grants are given back, and he sees how much of it is left', async () => {
  const owner = await api.owner('leaver@example.com');
  const begun = await owner.request('/api/v1/mailboxes/connect/microsoft');
  const state = new URL(begun.headers.get('location')!).searchParams.get('state');
  await owner.request(`/oauth/microsoft/callback?state=${state}&code=ok:leaver`);
  const [mailbox] = await api.db.owner.query<{ id: string; account_key: string }>(
    'SELECT * FROM mailboxes WHERE tenant_id = $1',
    [owner.tenantId],
  );
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: owner.tenantId,
    mailbox_id: mailbox!.id,
  });
  await makeMessage(api.db.owner, { device, mailbox: mailbox! });
  const { name } = await owner.must<{ name: string }>('GET', 'tenant');
  assert.equal((await owner.api('DELETE', '/api/v1/tenant', { name: `${name}!` })).status, 400);
  assert.equal((await owner.must<{ id: string }>('GET', 'tenant')).id, owner.tenantId, 'by its own name only');

  const answer = await owner.api('DELETE', '/api/v1/tenant', { name });
  assert.equal(answer.status, 202);
  assert.notEqual(
    (await owner.must<{ id: string }>('GET', 'tenant')).id,
    owner.tenantId,
    'he goes on with an empty one',
  );
  assert.equal((await owner.must<{ items: unknown[] }>('GET', 'devices')).items.length, 0);
  const [closed] = await api.db.owner.query<{ secret_sealed: Buffer | null }>(
    'SELECT secret_sealed FROM mailboxes WHERE id = $1',
    [mailbox!.id],
  );
  assert.equal(closed!.secret_sealed, null);
  assert.deepEqual(microsoft.revoked, ['secret of leaver']);
  const left = () => owner.must<TenantDeletions>('GET', 'tenant/deletions');
  assert.deepEqual(
    (await left()).items.map(({ id, mailsLeft }) => [id, mailsLeft]),
    [[owner.tenantId, 1]],
  );
  await api.db.owner.query(`UPDATE tenants SET deleted_at = deleted_at - interval '2 minutes' WHERE id = $1`, [
    owner.tenantId,
  ]);
  assert.ok((await findTenantsToErase(api.db.system, 100)).includes(owner.tenantId));
  await destroyErasedContent(api.db.system, owner.tenantId, 10);
  while ((await eraseTenantRows(api.db.system, owner.tenantId, 100)) > 0);
  assert.deepEqual((await left()).items, []);
});
