import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  Device,
  DeviceGroup,
  DeviceWithCredential,
  MailboxSender,
  Page,
  Problem,
  TestMailAnswer,
} from '@hikyaku/contracts';
import { makeMailbox, makeSender } from '@hikyaku/testing';
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

const create = (body: Record<string, unknown> = {}) =>
  person.must<DeviceWithCredential>('POST', 'devices', { name: 'Gate', mailboxId, ...body });

test('a new device comes with what is typed into it, and the password is not kept', async () => {
  const { device, credential } = await create();
  assert.match(credential.username, /^[a-z][a-z2-9]{8}$/);
  assert.equal(credential.login, `${credential.username}@mail.local`);
  assert.ok(credential.login.length <= 31);
  assert.match(credential.password, /^[a-z2-9]{16}$/);
  assert.deepEqual([credential.host, credential.ports.submission], ['relay.example', 2587]);
  const rows = await api.db.owner.query<{ text: string; digest: Buffer }>(
    'SELECT credentials::text AS text, password_digest AS digest FROM credentials WHERE device_id = $1',
    [device.id],
  );
  assert.equal(rows.length, 1);
  assert.equal(rows[0]!.text.includes(credential.password), false);
  assert.equal(api.digester.matches(credential.password.toUpperCase(), rows[0]!.digest), true);
  const again = await person.api('GET', `devices/${device.id}`);
  assert.equal(JSON.stringify(again.body).includes(credential.password), false);
  assert.equal(again.body.username, credential.username);
});

test('a policy is stored as given, and a patch changes only what it names', async () => {
  const policy = {
    family: 'ntt-hikari-gateway',
    recipientsMode: 'allow',
    recipients: ['a@b.example', 'A@B.example', 'c@d.example'],
    allowPlainAuth: true,
    legacyTls: 'refuse',
    quietHours: { start: '22:00', end: '06:30' },
    maxSizeBytes: 500_000,
    subjectPrefix: '[門]',
    timeZone: 'Asia/Tokyo',
    charset: 'iso-2022-jp',
    smallerPictures: true,
  };
  const { device } = await create(policy);
  assert.deepEqual(device.recipients, ['a@b.example', 'c@d.example']);
  assert.deepEqual([device.family, device.smallerPictures], ['ntt-hikari-gateway', true]);
  const patched = await person.must<Device>('PATCH', `devices/${device.id}`, { quietHours: null, name: '門' });
  assert.deepEqual(patched, { ...device, quietHours: null, name: '門' });
});

test('a device that is switched off says so, and comes back', async () => {
  const { device } = await create();
  assert.equal((await person.must<Device>('PATCH', `devices/${device.id}`, { isDisabled: true })).isDisabled, true);
  assert.equal((await person.must<Device>('PATCH', `devices/${device.id}`, { isDisabled: false })).isDisabled, false);
});

test('a policy that does not hold together is refused by field', async () => {
  const { device } = await create();
  const refused = async (body: Record<string, unknown>) => {
    const { status, body: problem } = await person.api<{ code: string; fields: Record<string, string> }>(
      'PATCH',
      `devices/${device.id}`,
      body,
    );
    assert.deepEqual([status, problem.code], [400, 'api.invalid']);
    return Object.keys(problem.fields);
  };
  assert.deepEqual(await refused({ recipientsMode: 'replace' }), ['recipients']);
  assert.deepEqual(await refused({ popBeforeSmtp: true }), ['popBeforeSmtp']);
  assert.deepEqual(await refused({ fallbackMailboxId: mailboxId }), ['fallbackMailboxId']);
  assert.deepEqual(await refused({ mailboxId: '0192f0c0-0000-7000-8000-00000000000a' }), ['mailboxId']);
  assert.deepEqual(await refused({ recipients: ['not an address'] }), ['recipients.0']);
  assert.deepEqual(await refused({ name: 'a\r\nBcc: x@y.example' }), ['name']);
});

test('a device’s second mailbox is kept, and one that was disconnected is in the way of no other change', async () => {
  const second = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await create({ fallbackMailboxId: second.id });
  assert.equal(device.fallbackMailboxId, second.id);
  await person.must('DELETE', `mailboxes/${second.id}`);
  const both = { name: 'Back door', fallbackMailboxId: second.id };
  assert.equal((await person.must<Device>('PATCH', `devices/${device.id}`, both)).name, 'Back door');
  const none = { fallbackMailboxId: null };
  assert.equal((await person.must<Device>('PATCH', `devices/${device.id}`, none)).fallbackMailboxId, null);
  assert.equal((await person.api('PATCH', `devices/${device.id}`, { fallbackMailboxId: second.id })).status, 400);
});

test('a device whose mailbox was disconnected can still be changed, and be given another mailbox', async () => {
  const gone = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await create({ mailboxId: gone.id });
  await person.must('DELETE', `mailboxes/${gone.id}`);
  assert.equal((await person.must<Device>('PATCH', `devices/${device.id}`, { name: 'Renamed' })).name, 'Renamed');
  assert.equal((await person.api('PATCH', `devices/${device.id}`, { mailboxId: gone.id })).status, 400);
  assert.equal((await person.must<Device>('PATCH', `devices/${device.id}`, { mailboxId })).mailboxId, mailboxId);
});

test('the owner’s word about recipients is kept in the lists, and only about those that the device wrote to', async () => {
  const { device } = await create();
  await api.db.owner.query(
    `UPDATE devices SET learnt_recipients = '{a@b.example}', unconfirmed_recipients = '{new@b.example,other@b.example,later@b.example}' WHERE id = $1`,
    [device.id],
  );
  const confirm = (body: unknown) => person.api('POST', `devices/${device.id}/recipients/confirm`, body);
  assert.equal((await confirm({ allow: ['new@b.example', 'stranger@b.example'] })).status, 400);
  assert.equal((await confirm({ allow: ['new@b.example'], refuse: ['NEW@b.example'] })).status, 400);
  const { status, body } = await confirm({ allow: ['New@B.example'], refuse: ['other@b.example'] });
  assert.deepEqual(
    [status, body.learntRecipients, body.unconfirmedRecipients, body.refusedRecipients],
    [200, ['a@b.example', 'new@b.example'], ['later@b.example'], ['other@b.example']],
  );
  const mind = await confirm({ allow: ['other@b.example'], refuse: ['new@b.example'] });
  assert.deepEqual(mind.body.refusedRecipients, ['new@b.example']);
  assert.deepEqual((await person.api('GET', `devices/${device.id}`)).body.unconfirmedRecipients, ['later@b.example']);
});

test('a rotation gives a new password for the same name and lets the old one live as long as asked', async () => {
  const { device, credential } = await create();
  const rotated = await person.must<DeviceWithCredential>('POST', `devices/${device.id}/credentials`, {
    keepOldMinutes: 30,
  });
  assert.equal(rotated.credential.username, credential.username);
  assert.notEqual(rotated.credential.password, credential.password);
  const leftMs = Date.parse(rotated.device.oldPasswordUntil!) - Date.now();
  assert.ok(leftMs > 29 * 60_000 && leftMs <= 30 * 60_000);
  const once = await person.must<DeviceWithCredential>('POST', `devices/${device.id}/credentials`, {
    keepOldMinutes: 0,
  });
  assert.equal(once.device.oldPasswordUntil, null);
  const live = await api.db.owner.query(
    'SELECT 1 FROM credentials WHERE device_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())',
    [device.id],
  );
  assert.equal(live.length, 1);
});

test('a removed device is gone, its credential is dead, and its name is nobody else’s', async () => {
  const { device, credential } = await create();
  await person.must('DELETE', `devices/${device.id}`);
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    assert.equal((await person.api(method, `devices/${device.id}`, method === 'PATCH' ? {} : undefined)).status, 404);
  }
  const rows = await api.db.owner.query('SELECT 1 FROM credentials WHERE username = $1 AND revoked_at IS NULL', [
    credential.username,
  ]);
  assert.equal(rows.length, 0);
});

test('devices page newest first without gaps or repeats', async () => {
  const installer = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: installer.tenantId });
  const names = Array.from({ length: 5 }, (_, index) => `Camera ${index}`);
  for (const name of names) await installer.must('POST', 'devices', { name, mailboxId: mailbox.id });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: Device[]; nextCursor: string | null } = await installer.must(
      'GET',
      `devices?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  assert.deepEqual(seen, names.reverse());
});

test('devices are put into a group, listed by it, and stay without it when it is removed; what was done is in the audit log', async () => {
  const installer = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: installer.tenantId });
  const group = await installer.must<DeviceGroup>('POST', 'groups', { name: ' 新宿店 ' });
  const add = async (name: string, groupId?: string) =>
    (await installer.must<DeviceWithCredential>('POST', 'devices', { name, mailboxId: mailbox.id, groupId })).device;
  const [inside, moved, outside] = [await add('玄関', group.id), await add('倉庫'), await add('事務所')];
  assert.deepEqual([inside.groupId, outside.groupId], [group.id, null]);
  const { groupId } = await installer.must<Device>('PATCH', `devices/${moved.id}`, { groupId: group.id });
  assert.equal(groupId, group.id);
  const idsOf = async (asked: string) =>
    (await installer.must<Page<Device>>('GET', `devices?groupId=${asked}`)).items.map(({ id }) => id);
  assert.deepEqual(await idsOf(group.id), [moved.id, inside.id]);
  assert.deepEqual(await idsOf('none'), [outside.id]);
  const groups = async () =>
    (await installer.must<{ items: DeviceGroup[] }>('GET', 'groups')).items.map((one) => [one.name, one.deviceCount]);
  assert.deepEqual(await groups(), [['新宿店', 2]]);

  const renamed = await installer.must<DeviceGroup>('PATCH', `groups/${group.id}`, { name: '新宿本店' });
  assert.deepEqual([renamed.name, renamed.deviceCount, renamed.digestTogether], ['新宿本店', 2, false]);
  const together = await installer.must<DeviceGroup>('PATCH', `groups/${group.id}`, { digestTogether: true });
  assert.deepEqual([together.name, together.digestTogether], ['新宿本店', true]);
  await installer.must('DELETE', `groups/${group.id}`);
  assert.deepEqual(await groups(), []);
  assert.deepEqual(await idsOf('none'), [outside.id, moved.id, inside.id]);
  assert.equal((await installer.api('PATCH', `devices/${inside.id}`, { groupId: group.id })).status, 400);
  const actions = await api.db.owner.query<{ action: string }>(
    'SELECT action FROM audit_entries WHERE target = $1 ORDER BY id',
    [group.id],
  );
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['group.created', 'group.renamed', 'group.changed', 'group.removed'],
  );
});

test('a name of a group is there once, whatever its case and however many ask at once', async () => {
  const installer = await api.owner();
  const add = (name: string) => installer.api<Problem>('POST', 'groups', { name });
  const answers = await Promise.all(['Shop', 'shop', 'SHOP', 'Shop'].map(add));
  assert.deepEqual(answers.map(({ status, body }) => body.code ?? status).sort(), [
    201,
    ...Array(3).fill('group.name_taken'),
  ]);
  const other = await installer.must<DeviceGroup>('POST', 'groups', { name: 'Office' });
  const rename = (name: string) => installer.api<Problem>('PATCH', `groups/${other.id}`, { name });
  assert.equal((await rename('sHOP')).body.code, 'group.name_taken');
  assert.equal((await rename('OFFICE')).status, 200, 'its own name in another case');
});

test('no device is left in a group that is removed while devices are put into it', async () => {
  const installer = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: installer.tenantId });
  const devices = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const body = { name: `Camera ${index}`, mailboxId: mailbox.id };
      return (await installer.must<DeviceWithCredential>('POST', 'devices', body)).device;
    }),
  );
  const { id } = await installer.must<DeviceGroup>('POST', 'groups', { name: 'Shop' });
  const answers = await Promise.all([
    ...devices.slice(0, 3).map((device) => installer.api('PATCH', `devices/${device.id}`, { groupId: id })),
    installer.api('DELETE', `groups/${id}`),
    ...devices.slice(3).map((device) => installer.api('PATCH', `devices/${device.id}`, { groupId: id })),
  ]);
  for (const { status } of answers) assert.ok([200, 204, 400].includes(status), String(status));
  const { items } = await installer.must<Page<Device>>('GET', 'devices');
  assert.deepEqual(
    items.map(({ groupId }) => groupId),
    Array(6).fill(null),
  );
});

test('a device sends from a sender of its mailbox that was tested, and from the mailbox’s own address when the sender or the mailbox goes', async () => {
  const owner = await api.owner();
  const [mailbox, other] = [
    await makeMailbox(api.db.owner, { tenant_id: owner.tenantId, address: 'shop@example.jp' }),
    await makeMailbox(api.db.owner, { tenant_id: owner.tenantId }),
  ];
  const add = (body: object) => owner.api<MailboxSender & Problem>('POST', `mailboxes/${mailbox.id}/senders`, body);
  const { body: sender } = await add({ address: 'Alerts@EXAMPLE.jp', kind: 'alias' });
  assert.partialDeepStrictEqual(sender, {
    address: 'Alerts@example.jp',
    kind: 'alias',
    state: 'untested',
    testedAt: null,
  });
  assert.deepEqual((await add({ address: 'alerts@example.jp', kind: 'alias' })).body.fields, {
    address: 'is there already',
  });
  assert.deepEqual((await add({ address: 'Shop@example.jp', kind: 'alias' })).body.fields, {
    address: 'is there already',
  });
  assert.ok((await add({ address: 'info@example.jp', kind: 'shared' })).body.fields?.kind);

  const { device } = await owner.must<DeviceWithCredential>('POST', 'devices', { name: 'Gate', mailboxId: mailbox.id });
  assert.equal(device.senderId, null);
  const choose = (senderId: string | null) =>
    owner.api<Device & Problem>('PATCH', `devices/${device.id}`, { senderId });
  assert.deepEqual((await choose(sender.id)).body.fields, { senderId: 'has to be tested first' });
  const [works, foreign] = [await makeSender(api.db.owner, mailbox), await makeSender(api.db.owner, other)];
  assert.deepEqual((await choose(foreign.id)).body.fields, { senderId: 'is not one of the mailbox’s senders' });
  assert.equal((await choose(works.id)).body.senderId, works.id);
  await api.db.owner.query(`UPDATE mailbox_senders SET state = 'refused' WHERE id = $1`, [works.id]);
  const renamed = { name: 'Door', mailboxId: mailbox.id, senderId: works.id };
  assert.equal((await owner.api('PATCH', `devices/${device.id}`, renamed)).status, 200, 'the rest can be changed');
  const moved = await owner.must<Device>('PATCH', `devices/${device.id}`, { mailboxId: other.id });
  assert.equal(moved.senderId, null, 'a sender belongs to a mailbox');

  assert.equal((await choose(foreign.id)).body.senderId, foreign.id);
  await owner.must('DELETE', `senders/${foreign.id}`);
  assert.equal((await owner.must<Device>('GET', `devices/${device.id}`)).senderId, null);
});

test('the test of a sender is own mail from it to the mailbox, and the owner’s word counts at Gmail alone', async () => {
  const owner = await api.owner();
  const [gmail, outlook] = [
    await makeMailbox(api.db.owner, { tenant_id: owner.tenantId, provider: 'google', address: 'me@gmail.example' }),
    await makeMailbox(api.db.owner, { tenant_id: owner.tenantId }),
  ];
  const untested = { state: 'untested', tested_at: null };
  const sender = await makeSender(api.db.owner, gmail, { ...untested, address: 'alerts@example.jp' });
  const confirm = (id: string) => owner.api('POST', `senders/${id}/confirm`);
  assert.equal((await confirm(sender.id)).status, 409, 'nothing was sent that he could have seen');
  const { messageId } = await owner.must<{ messageId: string }>('POST', `senders/${sender.id}/test`);
  const [message] = await api.db.owner.query(
    'SELECT mail_from, recipients, device_id, mailbox_id, is_test FROM messages WHERE id = $1',
    [messageId],
  );
  assert.deepEqual(message, {
    mail_from: 'alerts@example.jp',
    recipients: ['me@gmail.example'],
    device_id: null,
    mailbox_id: gmail.id,
    is_test: true,
  });
  await api.db.owner.query('UPDATE mailbox_senders SET tested_at = now() WHERE id = $1', [sender.id]);
  assert.equal((await confirm(sender.id)).status, 204);
  const { items } = await owner.must<{ items: MailboxSender[] }>('GET', `mailboxes/${gmail.id}/senders`);
  assert.deepEqual(
    items.map(({ address, state }) => [address, state]),
    [['alerts@example.jp', 'works']],
  );
  const refused = await makeSender(api.db.owner, outlook, { state: 'refused' });
  assert.equal((await confirm(refused.id)).status, 409);
});

test('every change leaves who did what in the audit log, and no secret', async () => {
  const { device, credential } = await create();
  await person.must('PATCH', `devices/${device.id}`, { legacyTls: true });
  await person.must('POST', `devices/${device.id}/credentials`);
  await person.must('DELETE', `devices/${device.id}`);
  const rows = await api.db.owner.query<{ action: string; text: string }>(
    'SELECT action, audit_entries::text AS text FROM audit_entries WHERE target = $1 ORDER BY id',
    [device.id],
  );
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['device.created', 'device.changed', 'device.credential_rotated', 'device.removed'],
  );
  for (const { text } of rows) assert.equal(text.includes(credential.password), false);
});

test('a test mail goes into the spool sealed, is queued as a test, and is no sign of life of the device', async () => {
  const { device } = await create({ name: '玄関カメラ', recipientsMode: 'allow', recipients: ['family@example.com'] });
  const sent = await person.must<{ messageId: string; queueId: string }>('POST', `devices/${device.id}/test`);
  const message = await person.must('GET', `messages/${sent.messageId}`);
  assert.deepEqual(
    [message.queueId, message.state, message.isTest, message.recipients, message.mailboxAddress],
    [sent.queueId, 'queued', true, ['family@example.com'], 'home@outlook.example'],
  );
  assert.equal(api.spooled.at(-1)![0]!.includes('family@example.com'), false);
  assert.equal((await person.must<Device>('GET', `devices/${device.id}`)).lastMessageAt, null);
  const refused = await person.api('POST', `devices/${device.id}/test`, { recipients: ['stranger@example.com'] });
  assert.equal(refused.status, 400);
});

test('a test mail that names nobody goes to one address, never to those who are learnt from the device; mode replace reaches its list', async () => {
  const list = ['family@example.com', 'shop@example.com'];
  const receiversOf = async (row: Record<string, unknown>, learnt: string[] = []) => {
    const { device } = await create(row);
    await api.db.owner.query('UPDATE devices SET learnt_recipients = $2 WHERE id = $1', [device.id, learnt]);
    const { mails } = await person.must<TestMailAnswer>('POST', `devices/${device.id}/test`);
    return mails.map(({ recipient }) => recipient);
  };
  assert.deepEqual(await receiversOf({}, list), ['home@outlook.example']);
  assert.deepEqual(await receiversOf({ recipientsMode: 'allow', recipients: list }), ['family@example.com']);
  assert.deepEqual(await receiversOf({ recipientsMode: 'allow', recipients: [...list, 'home@outlook.example'] }), [
    'home@outlook.example',
  ]);
  assert.deepEqual(await receiversOf({ recipientsMode: 'replace', recipients: list }), list);
});

test('a mailbox sends itself a test: a mail of no device, in the log, the story and the search like any other', async () => {
  const sent = await person.must<{ messageId: string; queueId: string }>('POST', `mailboxes/${mailboxId}/test`);
  const story = await person.must('GET', `messages/${sent.messageId}`);
  assert.deepEqual(
    [story.queueId, story.state, story.isTest, story.recipients, story.deviceId, story.deviceName, story.door],
    [sent.queueId, 'queued', true, ['home@outlook.example'], null, null, 'dashboard'],
  );
  assert.equal(api.spooled.at(-1)![0]!.includes('home@outlook.example'), false);
  const idsOf = async (query: string): Promise<string[]> =>
    (await person.must<{ items: { id: string }[] }>('GET', `messages?${query}`)).items.map(({ id }) => id);
  for (const query of ['limit=1', `mailboxId=${mailboxId}&limit=1`, 'state=queued&limit=1', 'q=home@outlook&limit=1']) {
    assert.deepEqual(await idsOf(query), [sent.messageId], query);
  }
  const { device } = await create();
  assert.deepEqual(await idsOf(`deviceId=${device.id}`), []);
  assert.equal((await person.must('POST', `messages/${sent.messageId}/cancel`)).state, 'cancelled');
});

test('no test mail through a mailbox that cannot send', async () => {
  const gone = await makeMailbox(api.db.owner, { tenant_id: person.tenantId, state: 'needs_reconnect' });
  const { device } = await create({ mailboxId: gone.id });
  assert.equal((await person.api('POST', `devices/${device.id}/test`)).status, 409);
  assert.equal((await person.api('POST', `mailboxes/${gone.id}/test`)).status, 409);
});
