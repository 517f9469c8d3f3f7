import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BounceAddress, MessageDetail, Problem } from '@hikyaku/contracts';
import { findBounceTenant, recordBounceMail } from '@hikyaku/db';
import { makeDevice, makeMailbox, makeMessage } from '@hikyaku/testing';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi({ bounceDomain: 'reports.example' });
});
after(() => api.close());

test('an owner gets an address, sees Gmail’s code and the last report, and a new address ends the old', async () => {
  const owner = await api.owner('bounces@example.com');
  const none = await owner.must<BounceAddress>('GET', 'bounce-address');
  assert.deepEqual([none.isOffered, none.address], [true, null]);
  const made = await owner.must<BounceAddress>('POST', 'bounce-address');
  const token = /^bounce\+([a-z2-9]{16})@reports\.example$/.exec(made.address!)![1]!;
  assert.deepEqual(await findBounceTenant(api.db.system, token), { tenantId: owner.tenantId, hasRoom: true });

  await recordBounceMail(api.db.system, owner.tenantId, { kind: 'forward_code', code: '1234567', mailbox: null });
  await recordBounceMail(api.db.system, owner.tenantId, {
    kind: 'report',
    recipients: [],
    queueIds: [],
    messageIds: [],
  });
  const seen = await owner.must<BounceAddress>('GET', 'bounce-address');
  assert.equal(seen.forwardCode?.code, '1234567');
  assert.ok(seen.lastReportAt);
  await api.db.owner.query(`UPDATE bounce_addresses SET forward_at = now() - interval '8 days' WHERE token = $1`, [
    token,
  ]);
  assert.equal((await owner.must<BounceAddress>('GET', 'bounce-address')).forwardCode, null);

  const fresh = await owner.must<BounceAddress>('POST', 'bounce-address');
  assert.notEqual(fresh.address, made.address);
  assert.deepEqual([fresh.lastReportAt, await findBounceTenant(api.db.system, token)], [null, null]);
});

test('a report known by the mail’s Message-ID stands in its story, in words', async () => {
  const owner = await api.owner('story@example.com');
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: owner.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: owner.tenantId,
    mailbox_id: mailbox.id,
  });
  const row = { state: 'sent', due_at: null, message_id_header: '<camera.1@nvr.example>' };
  const { id } = await makeMessage(api.db.owner, { device, mailbox }, row);
  const recipient = {
    address: 'owner@example.com',
    action: 'delayed',
    status: '4.4.1',
    reason: 'unreachable',
    text: null,
  } as const;
  const report = { kind: 'report', queueIds: [], messageIds: ['<other@x.example>', '<camera.1@nvr.example>'] } as const;
  const told = { ...report, queueIds: [], messageIds: [...report.messageIds] };
  assert.equal(await recordBounceMail(api.db.system, owner.tenantId, { ...told, recipients: [recipient] }), true);
  const failed = { ...recipient, action: 'failed', status: '5.4.7' } as const;
  await recordBounceMail(api.db.system, owner.tenantId, { ...told, recipients: [failed] });
  const { bounces } = await owner.must<MessageDetail>('GET', `messages/${id}`);
  assert.deepEqual(
    bounces.map(({ action, reason, status }) => [action, reason, status]),
    [
      ['delayed', 'unreachable', '4.4.1'],
      ['failed', 'unreachable', '5.4.7'],
    ],
  );
  const rows = await api.db.owner.query(`SELECT 1 FROM outbox WHERE kind = 'message.bounced' AND subject_id = $1`, [
    id,
  ]);
  assert.equal(rows.length, 1, 'a delay is no alert');
});

test('where the relay has no domain for reports none is offered or made', async () => {
  const without = await startApi();
  try {
    const owner = await without.owner();
    assert.equal((await owner.must<BounceAddress>('GET', 'bounce-address')).isOffered, false);
    const answer = await owner.api<Problem>('POST', 'bounce-address');
    assert.deepEqual([answer.status, answer.body.code], [404, 'api.not_found']);
  } finally {
    await without.close();
  }
});
