import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { DeviceWithCredential } from '@hikyaku/contracts';
import { makeMailbox } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
let person: Person & { tenantId: string };
let mailboxId: string;
before(async () => {
  api = await startApi();
  person = await api.owner();
  mailboxId = (await makeMailbox(api.db.owner, { tenant_id: person.tenantId, address: 'home@outlook.example' })).id;
});
after(() => api.close());

test('a device that is asked for again by the same key, since no answer came, is made once, and each answer has a password that works', async () => {
  const body = { name: 'カメラ', mailboxId, creationKey: randomUUID() };
  const ask = (values: object = body) => person.must<DeviceWithCredential>('POST', 'devices', values);
  const [one, two] = await Promise.all([ask(), ask()]);
  const three = await ask();
  assert.deepEqual([two.device.id, three.device.id], [one.device.id, one.device.id]);
  assert.equal(new Set([one, two, three].map(({ credential }) => credential.username)).size, 1);
  const live = await api.db.owner.query(
    'SELECT 1 FROM credentials WHERE device_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())',
    [one.device.id],
  );
  assert.equal(live.length, 3);
  assert.notEqual((await ask({ ...body, creationKey: randomUUID() })).device.id, one.device.id);
  const hurried = { ...body, creationKey: randomUUID() };
  const many = await Promise.all(Array.from({ length: 8 }, () => ask(hurried)));
  assert.equal(new Set(many.map(({ device }) => device.id)).size, 1, 'eight at once make one');
  const stranger = await api.owner();
  const elsewhere = await stranger.api('POST', 'devices', body);
  assert.equal(elsewhere.status, 400, 'another tenant has neither that mailbox nor that key');
  await person.must('DELETE', `devices/${one.device.id}`);
  assert.notEqual((await ask()).device.id, one.device.id, 'what was deleted does not come back');
});

test('a rotation that is asked for again, since its answer was lost, does not end the password that the device uses', async () => {
  const { device } = await person.must<DeviceWithCredential>('POST', 'devices', { name: 'Gate', mailboxId });
  const passwords = () =>
    api.db.owner.query<{ id: string; left: number | null }>(
      `SELECT id, round(extract(epoch FROM expires_at - now()) / 60)::int AS left FROM credentials
       WHERE device_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) ORDER BY id`,
      [device.id],
    );
  const [used] = await passwords();
  const rotate = (keepOldMinutes: number) =>
    person.must('POST', `devices/${device.id}/credentials`, { keepOldMinutes });
  await rotate(60);
  await rotate(30);
  const [oldest, unseen, current] = await passwords();
  assert.equal(oldest?.id, used?.id);
  assert.deepEqual(
    [oldest, unseen, current].map((one) => one?.left),
    [60, 30, null],
  );
  for (let turn = 0; turn < 5; turn++) await rotate(30);
  const many = await passwords();
  assert.equal(many.length, 5, 'not without end');
  assert.equal(many[0]?.id, used?.id);
  await rotate(0);
  assert.equal((await passwords()).length, 1, 'none is to work on');
});
