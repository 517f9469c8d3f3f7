import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { makeAlert, makeDevice, makeMailbox, makeMessage, makeSender, makeSession } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { type Operation, VALID_BODIES, walkOpenApi } from './walk-openapi.ts';

/** What a viewer may write: only about himself. */
const OWN_AFFAIRS = ['changeMe', 'claimOperator', 'seeProblem'];

let api: ApiUnderTest;
let operations: Operation[];
let owner: Person & { tenantId: string };
const things: Record<string, string> = {};

before(async () => {
  api = await startApi();
  operations = await walkOpenApi(api.url);
  owner = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: owner.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: owner.tenantId,
    mailbox_id: mailbox.id,
  });
  const spooled = { key_sealed: Buffer.from('k'), spool_object: 'o', spool_offset: 0, spool_length: 1 };
  const message = await makeMessage(api.db.owner, { device, mailbox }, { state: 'failed', due_at: null, ...spooled });
  const session = await makeSession(api.db.owner, device);
  Object.assign(things, { mailboxes: mailbox.id, devices: device.id, messages: message.id, sessions: session.id });
  const { channel } = await owner.must<{ channel: { id: string } }>(
    'POST',
    'alert-channels',
    VALID_BODIES.addAlertChannel,
  );
  const alert = await makeAlert(api.db.owner, device, channel.id);
  const group = await owner.must<{ id: string }>('POST', 'groups', { name: 'First floor' });
  const { apiKey } = await owner.must<{ apiKey: { id: string } }>('POST', 'api-keys', VALID_BODIES.makeApiKey);
  Object.assign(things, {
    groups: group.id,
    senders: (await makeSender(api.db.owner, mailbox)).id,
    alerts: alert.id,
    'alert-channels': channel.id,
    'alert-deliveries': alert.deliveryId,
    'api-keys': apiKey.id,
  });
});
after(() => api.close());

/** A person who belongs to the owner's tenant only, in `role`. */
async function member(role: string): Promise<Person> {
  const person = await api.owner(`${role}@example.com`);
  await api.db.owner.query('DELETE FROM auth_members WHERE user_id = $1', [person.userId]);
  await api.db.owner.query('INSERT INTO auth_members (id, organization_id, user_id, role) VALUES ($1, $2, $3, $4)', [
    newId(),
    owner.tenantId,
    person.userId,
    role,
  ]);
  return person;
}

const ask = (person: Person, operation: Operation) => {
  const path = operation.path
    .replace('{id}', things[operation.path.split('/')[3]!] ?? '')
    .replace('{provider}', 'google');
  return person.api(operation.method, path, operation.hasBody ? VALID_BODIES[operation.operationId] : undefined);
};

for (const role of ['viewer', 'member', 'something-new']) {
  test(`a ${role} reads everything and changes nothing`, async () => {
    const viewer = await member(role);
    assert.equal((await viewer.must<{ role: string }>('GET', 'me')).role, 'viewer');
    for (const operation of operations) {
      if (operation.operationId === 'streamEvents' || OWN_AFFAIRS.includes(operation.operationId)) continue;
      const { status, body } = await ask(viewer, operation);
      // What is asked for in order to change something is the changers'.
      const mayNot = operation.isWrite || operation.permission?.endsWith('.change') === true;
      if (operation.permission === 'instance.operate') assert.equal(status, 404, operation.operationId);
      else if (mayNot) assert.deepEqual([status, body.code], [403, 'api.forbidden'], operation.operationId);
      // Of arrivals one has to say whose.
      else assert.equal(status, operation.operationId === 'listArrivals' ? 400 : 200, operation.operationId);
    }
  });
}

test('an admin changes what the owner changes', async () => {
  const admin = await member('admin');
  assert.equal((await admin.must<{ role: string }>('GET', 'me')).role, 'admin');
  assert.equal((await admin.api('PATCH', `devices/${things.devices}`, { name: 'By the admin' })).status, 200);
  assert.equal((await admin.api('POST', `messages/${things.messages}/retry`)).status, 200);
  assert.equal((await admin.api('PATCH', 'tenant', { hideSubjects: true })).status, 200);
});

test('a viewer who began nothing cannot finish a connection either', async () => {
  const answer = await owner.request('/api/v1/mailboxes/connect/google');
  const state = new URL(answer.headers.get('location')!).searchParams.get('state')!;
  await api.db.owner.query(`UPDATE auth_members SET role = 'viewer' WHERE organization_id = $1 AND role = 'owner'`, [
    owner.tenantId,
  ]);
  const landed = await owner.request(`/oauth/google/callback?state=${state}&code=ok:x@gmail.example`);
  assert.equal(landed.headers.get('location'), `${api.url}/mailboxes?error=api.forbidden`);
});
