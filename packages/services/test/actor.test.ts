import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Actor,
  changeDevice,
  changeTenant,
  createDevice,
  disconnectMailbox,
  memberActor,
  PERMISSIONS,
  removeDevice,
  requirePermission,
  retryMessageNow,
  rotateCredential,
  type ServiceContext,
  startConnect,
  watchDeviceNow,
} from '../src/index.ts';

const ID = '0192f0c0-0000-7000-8000-00000000000a';

/** Whatever a use case does before it has asked what the actor may is an error. */
const untouchable = () =>
  new Proxy({} as never, {
    get: (_target, name) => {
      throw new Error(`${String(name)} was used before the permission was asked for`);
    },
  });

const contextOf = (actor: Actor): ServiceContext => ({
  tenantId: ID,
  tx: untouchable(),
  actor,
  verifiedAddress: null,
  plan: untouchable(),
  now: new Date(0),
  afterCommit: () => assert.fail('nothing was done'),
});

test('an owner may do everything, an admin all but end the tenant, a viewer only read, and each is named for the audit log', () => {
  const refused = { owner: ['instance.operate'], admin: ['tenant.delete', 'instance.operate'] };
  for (const role of ['owner', 'admin'] as const) {
    assert.deepEqual(
      PERMISSIONS.filter((permission) => !memberActor('u1', role).may.has(permission)),
      refused[role],
    );
  }
  assert.deepEqual([...memberActor('u1', 'owner', { isOperator: true }).may].sort(), [...PERMISSIONS].sort());
  const viewer = memberActor('u1', 'viewer');
  assert.deepEqual([viewer.kind, viewer.name], ['member', 'user:u1']);
  for (const permission of PERMISSIONS) {
    const isReading = permission === 'self' || permission.endsWith('.read');
    assert.equal(viewer.may.has(permission), isReading, permission);
  }
});

test('a key and a part of the relay may do what they were given, and nothing because of what they are', () => {
  for (const kind of ['api_key', 'system'] as const) {
    const actor: Actor = { kind, name: `${kind}:1`, may: new Set(['devices.read']) };
    requirePermission({ actor }, 'devices.read');
    assert.throws(() => requirePermission({ actor }, 'devices.change'), {
      code: 'api.forbidden',
      internal: `${kind}:1 may not devices.change`,
    });
  }
});

test('every use case that changes something asks before it does anything', async () => {
  const all = PERMISSIONS.filter((permission) => permission.endsWith('.read') || permission === 'self');
  const cases: Record<string, (context: ServiceContext) => Promise<unknown>> = {
    changeTenant: (context) => changeTenant(context, { name: 'x' }),
    createDevice: (context) => createDevice(context, untouchable(), untouchable()),
    changeDevice: (context) => changeDevice(context, untouchable(), ID, untouchable()),
    watchDeviceNow: (context) => watchDeviceNow(context, ID, '192.0.2.1'),
    removeDevice: (context) => removeDevice(context, ID),
    rotateCredential: (context) => rotateCredential(context, untouchable(), ID, untouchable()),
    retryMessageNow: (context) => retryMessageNow(context, untouchable(), untouchable(), ID),
    disconnectMailbox: (context) => disconnectMailbox(context, untouchable(), ID),
    startConnect: (context) => startConnect(context, untouchable(), untouchable(), untouchable()),
  };
  for (const actor of [
    memberActor('u1', 'viewer'),
    { kind: 'api_key', name: 'key:1', may: new Set(all) } satisfies Actor,
  ]) {
    for (const [name, run] of Object.entries(cases)) {
      await assert.rejects(run(contextOf(actor)), { code: 'api.forbidden' }, `${name} by ${actor.name}`);
    }
  }
});
