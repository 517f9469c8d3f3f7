import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { memberActor, type Permission } from '@hikyaku/services';
import { makeAlert, makeDevice, makeMailbox, makeMessage, makeSender, makeSession } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { type Operation, VALID_BODIES, walkOpenApi } from './walk-openapi.ts';

const ROLES = ['owner', 'admin', 'viewer', 'nobody'] as const;
type Role = (typeof ROLES)[number];

/** What each role gets from each operation, asked with everything in order. A new operation needs a line here. */
const MATRIX: Record<string, Record<Role, number>> = {
  getInstance: { owner: 200, admin: 200, viewer: 200, nobody: 200 },
  getMe: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  listSeenProblems: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  seeProblem: { owner: 204, admin: 204, viewer: 204, nobody: 401 },
  changeMe: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  // The body holds a wrong code: who may ask is told so.
  claimOperator: { owner: 400, admin: 400, viewer: 400, nobody: 401 },
  getTenant: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  changeTenant: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  // The body holds another name: who may ask is told so.
  deleteTenant: { owner: 400, admin: 403, viewer: 403, nobody: 401 },
  listTenantDeletions: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  getOverview: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  getUsage: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  // Only for the operator of the instance, whatever the role in a tenant; for others there is nothing.
  listOperatorTenants: { owner: 404, admin: 404, viewer: 404, nobody: 401 },
  changeOperatorTenant: { owner: 404, admin: 404, viewer: 404, nobody: 401 },
  listMembers: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  listMailboxes: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  connectMailbox: { owner: 302, admin: 302, viewer: 403, nobody: 401 },
  // This api's providers have no page for administrators; who may ask is told so.
  getAdminConsent: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  // Nor have they mailboxes without a sign-in.
  getAppOnlySetup: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  approveAppOnly: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  sendMailboxProof: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  // The code was never sent.
  connectAppOnly: { owner: 400, admin: 400, viewer: 403, nobody: 401 },
  // In this api no SMTP account can be connected; who may ask is told so.
  connectSmtpMailbox: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  // The mailbox is no SMTP account; who may ask is told so.
  getSmtpAccess: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  getSenderRecords: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  resumeMailbox: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  sendMailboxTest: { owner: 202, admin: 202, viewer: 403, nobody: 401 },
  disconnectMailbox: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  getBounceAddress: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  // This api has no domain for reports; who may ask is told so.
  renewBounceAddress: { owner: 404, admin: 404, viewer: 403, nobody: 401 },
  listDevices: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  createDevice: { owner: 201, admin: 201, viewer: 403, nobody: 401 },
  listSenders: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  addSender: { owner: 201, admin: 201, viewer: 403, nobody: 401 },
  sendSenderTest: { owner: 202, admin: 202, viewer: 403, nobody: 401 },
  confirmSender: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  removeSender: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  getDevice: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  changeDevice: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  removeDevice: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  listGroups: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  createGroup: { owner: 201, admin: 201, viewer: 403, nobody: 401 },
  changeGroup: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  removeGroup: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  getDeviceHours: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  getDeviceRules: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  replaceDeviceRules: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  tryDeviceRules: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  getGroupRules: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  replaceGroupRules: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  tryGroupRules: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  rotateCredential: { owner: 201, admin: 201, viewer: 403, nobody: 401 },
  chooseContentChannel: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  confirmRecipients: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  sendTestMail: { owner: 202, admin: 202, viewer: 403, nobody: 401 },
  listLog: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  listMessages: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  getMessage: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  retryMessage: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  // A failed mail waits for nothing.
  cancelMessage: { owner: 409, admin: 409, viewer: 403, nobody: 401 },
  // Neither of them is named; who may ask is told so.
  listArrivals: { owner: 400, admin: 400, viewer: 400, nobody: 401 },
  // A failed mail arrived nowhere.
  answerArrival: { owner: 409, admin: 409, viewer: 403, nobody: 401 },
  watchDevice: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  listSessions: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  getSession: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  listAlerts: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  seeAlert: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  listAlertChannels: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  addAlertChannel: { owner: 201, admin: 201, viewer: 403, nobody: 401 },
  changeAlertChannel: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  removeAlertChannel: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  testAlertChannel: { owner: 202, admin: 202, viewer: 403, nobody: 401 },
  rotateWebhookSecret: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  listAlertDeliveries: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
  retryAlertDelivery: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  listApiKeys: { owner: 200, admin: 200, viewer: 403, nobody: 401 },
  makeApiKey: { owner: 201, admin: 201, viewer: 403, nobody: 401 },
  removeApiKey: { owner: 204, admin: 204, viewer: 403, nobody: 401 },
  streamEvents: { owner: 200, admin: 200, viewer: 200, nobody: 401 },
};

let api: ApiUnderTest;
let operations: Operation[];
let tenantId: string;
const people = {} as Record<Role, Person>;

before(async () => {
  api = await startApi();
  operations = await walkOpenApi(api.url);
  const owner = await api.owner();
  ({ tenantId } = owner);
  Object.assign(people, { owner, admin: await member('admin'), viewer: await member('viewer'), nobody: api.person() });
});
after(() => api.close());

/** A person who belongs to the owner's tenant only. */
async function member(role: string): Promise<Person> {
  const person = await api.owner(`${role}@example.com`);
  await api.db.owner.query('UPDATE auth_members SET organization_id = $1, role = $2, id = $3 WHERE user_id = $4', [
    tenantId,
    role,
    newId(),
    person.userId,
  ]);
  return person;
}

/** Made anew after each request that changed something: some are gone then. */
let things: Awaited<ReturnType<typeof freshThings>> | null = null;

async function freshThings() {
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, { tenant_id: tenantId, mailbox_id: mailbox.id });
  const spooled = { key_sealed: Buffer.from('k'), spool_object: 'o', spool_offset: 0, spool_length: 1 };
  const message = await makeMessage(api.db.owner, { device, mailbox }, { state: 'failed', due_at: null, ...spooled });
  const session = await makeSession(api.db.owner, device);
  const things = { mailboxes: mailbox.id, devices: device.id, messages: message.id, sessions: session.id };
  // A name is there once.
  await api.db.owner.query('DELETE FROM device_groups WHERE tenant_id = $1', [tenantId]);
  const group = await people.owner.must<{ id: string }>('POST', 'groups', { name: 'First floor' });
  // There is room for twenty.
  await api.db.owner.query('DELETE FROM api_keys WHERE tenant_id = $1', [tenantId]);
  const { apiKey } = await people.owner.must<{ apiKey: { id: string } }>('POST', 'api-keys', VALID_BODIES.makeApiKey);
  // There is room for ten.
  await api.db.owner.query('UPDATE alert_channels SET deleted_at = now() WHERE tenant_id = $1', [tenantId]);
  const channel = await people.owner.must<{ channel: { id: string } }>(
    'POST',
    'alert-channels',
    VALID_BODIES.addAlertChannel,
  );
  const alert = await makeAlert(api.db.owner, device, channel.channel.id);
  const told = { alerts: alert.id, 'alert-channels': channel.channel.id, 'alert-deliveries': alert.deliveryId };
  const gmail = await makeMailbox(api.db.owner, { tenant_id: tenantId, provider: 'google' });
  const sender = await makeSender(api.db.owner, gmail);
  return { ...things, ...told, groups: group.id, senders: sender.id, 'api-keys': apiKey.id };
}

async function ask(person: Person, { method, path, operationId, hasBody }: Operation): Promise<number> {
  things ??= await freshThings();
  const collection = path.split('/')[3] as keyof typeof things;
  const url = path.replace('{id}', things[collection]).replace('{provider}', 'google');
  const valid = VALID_BODIES[operationId] as object | undefined;
  const body = operationId === 'createDevice' ? { ...valid, mailboxId: things.mailboxes } : valid;
  const stop = new AbortController();
  const answer = await person.request(url, {
    method,
    signal: stop.signal,
    ...(hasBody ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  // An event stream has no end of its own.
  stop.abort();
  if (method !== 'GET' && answer.ok) things = null;
  return answer.status;
}

test('the matrix has a line for every operation of the document, and no other', () => {
  assert.deepEqual(Object.keys(MATRIX).sort(), operations.map(({ operationId }) => operationId).sort());
});

test('a role is refused exactly where the permission of the route is none of its own', () => {
  for (const { operationId, permission } of operations) {
    if (operationId === 'getInstance') {
      assert.equal(permission, undefined);
      continue;
    }
    for (const role of ['owner', 'admin', 'viewer'] as const) {
      const isRefused = !memberActor('x', role).may.has(permission as Permission);
      assert.equal(
        MATRIX[operationId]![role] === (permission === 'instance.operate' ? 404 : 403),
        isRefused,
        `${operationId} (${permission}) by ${role}`,
      );
    }
  }
});

for (const role of ROLES) {
  test(`${role}: every operation answers as the matrix says`, async () => {
    const answers: Record<string, number> = {};
    for (const operation of operations) answers[operation.operationId] = await ask(people[role], operation);
    assert.deepEqual(
      answers,
      Object.fromEntries(operations.map(({ operationId }) => [operationId, MATRIX[operationId]![role]])),
    );
  });
}
