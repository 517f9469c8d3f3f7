import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import {
  closeMailbox,
  confirmSender,
  deleteDevice,
  findDevice,
  findGroup,
  findMailbox,
  findMailboxSecret,
  findMessage,
  findSender,
  findTenant,
  holdGroup,
  holdSender,
  insertDevice,
  insertGroup,
  listGroups,
  listLiveCredentials,
  listSenders,
  pageDevices,
  pageMailboxes,
  pageMessages,
  readArrivedMails,
  readDeviceRules,
  readDigestedMails,
  readGroupRules,
  readMessageStory,
  removeGroup,
  removeSender,
  type TenantScope,
  type TenantTx,
  updateDevice,
  updateGroup,
  updateTenant,
  writeDeviceRules,
  writeGroupRules,
} from '@hikyaku/db';
import { makeDevice, makeMailbox, makeMessage, makeSender } from '@hikyaku/testing';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
let a: Household;
let b: Household;
type Household = Awaited<ReturnType<typeof household>>;

before(async () => {
  api = await startApi();
  a = await household();
  b = await household();
});
after(() => api.close());

async function household() {
  const { tenantId } = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: tenantId, secret_sealed: Buffer.from('sealed') });
  const { device } = await makeDevice(api.db.owner, api.digester, { tenant_id: tenantId, mailbox_id: mailbox.id });
  const message = await makeMessage(api.db.owner, { device, mailbox });
  const group = { id: newId() };
  await api.db.tenant.forTenant(tenantId).tx((tx) => insertGroup({ tenantId, tx }, group.id, 'Ground floor'));
  const sender = await makeSender(api.db.owner, mailbox);
  return { tenantId, mailbox, device, message, group, sender };
}

/** Every read of every repository, for the things of `whose`. */
async function readEverything(scope: TenantScope, whose: Household) {
  const now = new Date();
  return {
    device: await findDevice(scope, whose.device.id),
    devices: (await pageDevices(scope, { limit: 50 })).map(({ id }) => id),
    group: await findGroup(scope, whose.group.id),
    groups: (await listGroups(scope)).map(({ id }) => id),
    isHeld: await holdGroup(scope, whose.group.id),
    mailbox: await findMailbox(scope, whose.mailbox.id),
    sender: await findSender(scope, whose.sender.id),
    heldSender: await holdSender(scope, whose.sender.id),
    senders: await listSenders(scope, whose.mailbox.id),
    secret: await findMailboxSecret(scope, whose.mailbox.id),
    mailboxes: (await pageMailboxes(scope, { limit: 50 })).map(({ id }) => id),
    credentials: (await listLiveCredentials(scope, [whose.device.id], now)).length,
    message: await findMessage(scope, whose.message.id),
    messages: (await pageMessages(scope, {}, { limit: 50 })).rows.map(({ id }) => id),
    rules: await readDeviceRules(scope, whose.device.id),
    groupRules: await readGroupRules(scope, whose.group.id),
    arrived: await readArrivedMails(scope, { deviceId: whose.device.id }, 50),
    digested: await readDigestedMails(scope, whose.message.id),
    story: (await readMessageStory(scope, whose.message.id)).parts.length,
    tenant: await findTenant(scope),
  };
}
const NOTHING = {
  device: null,
  devices: [],
  group: null,
  groups: [],
  isHeld: false,
  mailbox: null,
  sender: null,
  heldSender: null,
  senders: [],
  secret: null,
  mailboxes: [],
  credentials: 0,
  message: null,
  messages: [],
  rules: null,
  groupRules: null,
  arrived: [],
  digested: [],
  story: 0,
  tenant: null,
};

const ROWS = `SELECT d::text, m::text, g::text, s::text FROM devices d, mailboxes m, device_groups g, mailbox_senders s
  WHERE d.id = $1 AND m.id = $2 AND g.id = $3 AND s.id = $4`;

const MODELS = [
  'tenant',
  'device',
  'deviceGroup',
  'mailbox',
  'mailboxSender',
  'credential',
  'message',
  'part',
  'attempt',
  'messageEvent',
];

/** The transaction's client with the tenant taken out of every `where`: the application's own filter, removed. Raw SQL keeps its own. */
function withoutFilter(tx: TenantTx): TenantTx {
  type Method = (args?: { where?: Record<string, unknown> }) => unknown;
  const unfiltered = (model: string): Record<string, Method> =>
    new Proxy(Reflect.get(tx, model) as Record<string, Method>, {
      get: (methods, name) => (args?: { where?: Record<string, unknown> }) => {
        const { tenantId: _, ...where } = args?.where ?? {};
        if (model === 'tenant') delete where.id;
        return methods[name as string]!({ ...args, where });
      },
    });
  return new Proxy(tx, {
    get: (target, name) => (MODELS.includes(String(name)) ? unfiltered(String(name)) : Reflect.get(target, name)),
  });
}

test('the control: with its own filter and its own transaction a tenant finds its things', async () => {
  const found = await api.db.tenant.forTenant(a.tenantId).tx((tx) => readEverything({ tenantId: a.tenantId, tx }, a));
  assert.deepEqual(found.devices, [a.device.id]);
  assert.deepEqual(found.messages, [a.message.id]);
  assert.deepEqual([found.rules, found.groupRules, found.arrived.length], [{ device: [], group: [] }, [], 1]);
  assert.ok(found.device && found.mailbox && found.secret && found.message && found.tenant && found.credentials === 1);
});

test('with a filter that names another tenant, every repository finds nothing: row-level security stands behind it', async () => {
  const found = await api.db.tenant.forTenant(b.tenantId).tx((tx) => readEverything({ tenantId: a.tenantId, tx }, a));
  assert.deepEqual(found, NOTHING);
});

test('with the filter removed altogether, a tenant still finds its own things only', async () => {
  const found = await api.db.tenant
    .forTenant(b.tenantId)
    .tx((tx) => readEverything({ tenantId: b.tenantId, tx: withoutFilter(tx) }, a));
  const own = { devices: [b.device.id], groups: [b.group.id], mailboxes: [b.mailbox.id], messages: [b.message.id] };
  const { tenant, ...rest } = found;
  assert.deepEqual({ ...rest, tenant: null }, { ...NOTHING, ...own });
  assert.equal(tenant?.id, b.tenantId);
});

test('nor does any write reach another tenant’s rows without the filter, or plant one there', async () => {
  const before = await api.db.owner.query(ROWS, [a.device.id, a.mailbox.id, a.group.id, a.sender.id]);
  const now = new Date();
  for (const tenantId of [a.tenantId, b.tenantId]) {
    await api.db.tenant.forTenant(b.tenantId).tx(async (tx) => {
      const scope = { tenantId, tx: withoutFilter(tx) };
      assert.equal(await updateDevice(scope, a.device.id, { name: 'mine' }), false);
      assert.equal(await deleteDevice(scope, a.device.id, now), false);
      await updateGroup(scope, a.group.id, { name: 'mine', digestTogether: true });
      await writeDeviceRules(scope, a.device.id, [{ field: 'subject', matches: '*', action: 'drop' }]);
      await writeGroupRules(scope, a.group.id, [{ field: 'subject', matches: '*', action: 'drop' }]);
      await removeGroup(scope, a.group.id);
      await confirmSender(scope, a.sender.id, new Date(0));
      await removeSender(scope, a.sender.id);
      assert.equal(await closeMailbox(scope, a.mailbox.id, now), false);
    });
  }
  const scoped = api.db.tenant.forTenant(b.tenantId);
  await scoped.tx((tx) => updateTenant({ tenantId: a.tenantId, tx }, { name: 'mine' }));
  await scoped.tx((tx) => updateTenant({ tenantId: a.tenantId, tx: withoutFilter(tx) }, { name: 'mine' }));
  const names = await api.db.owner.query('SELECT id FROM tenants WHERE name = $1', ['mine']);
  assert.deepEqual(names, [{ id: b.tenantId }]);
  const values = { name: 'planted', mailboxId: a.mailbox.id } as unknown as Parameters<typeof insertDevice>[2];
  await assert.rejects(
    scoped.tx((tx) => insertDevice({ tenantId: a.tenantId, tx }, '0192f0c0-0000-7000-8000-00000000000b', values)),
    /row-level security/,
  );
  assert.deepEqual(await api.db.owner.query(ROWS, [a.device.id, a.mailbox.id, a.group.id, a.sender.id]), before);
});
