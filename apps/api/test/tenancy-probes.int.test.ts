import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeDevice, makeMailbox, makeMessage, makeSender } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { type Operation, VALID_BODIES, walkOpenApi } from './walk-openapi.ts';

const UNKNOWN = '0192f0c0-0000-7000-8000-00000000000a';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

let api: ApiUnderTest;
let operations: Operation[];
/** The tenant whose things are looked for. */
let ids: Record<string, string>;
/** What B must never see of A. */
let traces: string[];
/** Who looks, and a device of his own. */
let b: Person & { tenantId: string };
let ownDevice: string;
let ownMailbox: string;

before(async () => {
  api = await startApi();
  operations = await walkOpenApi(api.url);
  const a = await api.owner('alice@example.com');
  b = await api.owner('bob@example.com');
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: a.tenantId, address: 'alice@outlook.example' });
  const { device, credential } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: a.tenantId,
    mailbox_id: mailbox.id,
    name: 'Alice’s gate',
  });
  const row = { state: 'held', due_at: null, subject: 'Only for Alice', recipients: ['family-of-alice@example.com'] };
  const message = await makeMessage(api.db.owner, { device, mailbox }, row);
  const group = await a.must<{ id: string }>('POST', 'groups', { name: 'Alice’s house' });
  const sender = await makeSender(api.db.owner, mailbox, { address: 'alerts-of-alice@example.jp' });
  const { channel } = await a.must<{ channel: { id: string } }>('POST', 'alert-channels', VALID_BODIES.addAlertChannel);
  ids = {
    group: group.id,
    channel: channel.id,
    sender: sender.id,
    tenant: a.tenantId,
    user: a.userId,
    mailbox: mailbox.id,
    device: device.id,
    message: message.id,
    queueId: message.queue_id,
    seq: String(Number(message.seq) + 1),
    username: credential.username,
    accountKey: mailbox.account_key,
  };
  traces = [...Object.values(ids).filter((id) => id !== ids.seq), 'alice', 'Alice'];
  ownMailbox = (await makeMailbox(api.db.owner, { tenant_id: b.tenantId, address: 'bob@outlook.example' })).id;
  const made = await makeDevice(api.db.owner, api.digester, { tenant_id: b.tenantId, mailbox_id: ownMailbox });
  ownDevice = made.device.id;
});
after(() => api.close());

const seen = (text: string) => traces.filter((trace) => text.includes(trace));

test('no query parameter of any route brings a trace of another tenant, whichever of its ids, names or words is put in', async () => {
  const probes = [
    ...Object.values(ids),
    'alice',
    'Alice’s gate',
    'Only for Alice',
    'family-of-alice@example.com',
    '%',
    '_',
  ];
  let asked = 0;
  for (const operation of operations.filter(({ isWrite, query }) => !isWrite && query.length > 0)) {
    if (operation.operationId === 'connectMailbox') continue;
    for (const name of operation.query) {
      for (const probe of probes) {
        const { body } = await b.api('GET', `${operation.path}?${new URLSearchParams({ [name]: probe })}`);
        assert.deepEqual(seen(JSON.stringify(body)), [], `${operation.path}?${name}=${probe}`);
        asked += 1;
      }
    }
  }
  assert.ok(asked > 150, `${asked}`);
});

/** Of the asker's own making, and no id of anything. */
const OWN_KEY = 'creationKey';

test('every id inside a body is answered as an unknown one, in the same words', async () => {
  const fields = operations
    .flatMap((operation) => operation.idFields.map((field) => ({ operation, field })))
    .filter(({ field }) => field !== OWN_KEY);
  assert.deepEqual([...new Set(fields.map(({ field }) => field))].sort(), [
    'channelId',
    'defaultMailboxId',
    'fallbackMailboxId',
    'groupId',
    'mailboxId',
    'senderId',
  ]);
  for (const { operation, field } of fields) {
    const base = {
      ...(VALID_BODIES[operation.operationId] as object),
      ...(operation.operationId === 'createDevice' ? { mailboxId: ownMailbox } : {}),
      ...(operation.operationId === 'addAlertChannel' ? { kind: 'mailbox' } : {}),
    };
    const path = operation.path.replace('{id}', ownDevice);
    const unknown = await b.api(operation.method, path, { ...base, [field]: UNKNOWN });
    // Connecting is about the mailbox itself, as `mailboxes/connect` below: there is nothing.
    assert.equal(unknown.status, operation.operationId === 'connectSmtpMailbox' ? 404 : 400);
    for (const foreign of [ids.mailbox, ids.device, ids.group, ids.sender, ids.channel, ids.tenant]) {
      const answer = await b.api(operation.method, path, { ...base, [field]: foreign });
      assert.deepEqual(
        [answer.status, answer.body],
        [unknown.status, unknown.body],
        `${operation.operationId} ${field}`,
      );
    }
  }
  const connect = (id: string) => b.api('GET', `mailboxes/connect/microsoft?mailboxId=${id}`);
  const [foreign, unknown] = [await connect(ids.mailbox!), await connect(UNKNOWN)];
  assert.deepEqual([foreign.status, foreign.body], [404, unknown.body]);
});

test('a method that the document does not name does nothing, on any path and with any id', async () => {
  const paths = [...new Set(operations.map(({ path }) => path))];
  assert.ok(paths.length >= 13);
  for (const path of paths) {
    const named = operations.filter((operation) => operation.path === path).map(({ method }) => method);
    for (const method of METHODS.filter((one) => !named.includes(one))) {
      const url = path
        .replace('{id}', ids[path.split('/')[3]!.replace(/e?s$/, '')] ?? UNKNOWN)
        .replace('{provider}', 'google');
      const answer = await b.request(url, { method });
      assert.equal(answer.status, 404, `${method} ${path}`);
    }
  }
});

test('an id that is no id, in whatever form, is nothing: no error tells how it was read', async () => {
  const odd = [
    ids.queueId!,
    ids.message!.toUpperCase(),
    `${ids.message}'--`,
    '%00',
    '..%2f..%2fme',
    '0',
    `${ids.message}%20`,
  ];
  for (const { method, path, operationId, hasId, hasBody } of operations) {
    if (!hasId) continue;
    for (const id of odd) {
      const answer = await b.api(method, path.replace('{id}', id), hasBody ? VALID_BODIES[operationId] : undefined);
      assert.equal(answer.status, 404, `${method} ${path} ${id}`);
      assert.deepEqual(seen(JSON.stringify(answer.body)), []);
    }
  }
});

test('what belongs to nobody’s session tells nothing: document, health, callbacks and sign-in name no tenant', async () => {
  const stranger = api.person();
  for (const path of ['/api/v1/openapi.json', '/api/v1/instance', '/healthz', '/readyz', '/api/auth/get-session']) {
    assert.deepEqual(seen(await (await stranger.request(path)).text()), [], path);
  }
  const landed = await stranger.request(`/oauth/google/callback?state=${ids.mailbox}&code=${ids.tenant}`);
  assert.equal(landed.headers.get('location'), `${api.url}/mailboxes?error=api.unauthenticated`);
  const organizations = await b.api('GET', '/api/auth/organization/list');
  assert.deepEqual(seen(JSON.stringify(organizations.body)), []);
});

test('a key by which another tenant asked for a device makes one of one’s own', async () => {
  const key = crypto.randomUUID();
  const c = await api.owner('carol@example.com');
  const { id } = await makeMailbox(api.db.owner, { tenant_id: c.tenantId, address: 'carol@outlook.example' });
  type Made = { device: { id: string; name: string } };
  const first = await b.must<Made>('POST', 'devices', { name: 'Bob’s', mailboxId: ownMailbox, [OWN_KEY]: key });
  const other = await c.must<Made>('POST', 'devices', { name: 'Carol’s', mailboxId: id, [OWN_KEY]: key });
  assert.notEqual(other.device.id, first.device.id);
  assert.equal(other.device.name, 'Carol’s');
  assert.equal(
    (await b.must<Made>('POST', 'devices', { name: 'x', mailboxId: ownMailbox, [OWN_KEY]: key })).device.id,
    first.device.id,
  );
});
