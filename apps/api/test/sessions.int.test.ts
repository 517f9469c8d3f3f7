import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { countRefusals, type NewSession, pageRefusals, readOutbox, tellSessions, writeSessions } from '@hikyaku/db';
import { makeDevice, makeMailbox, makeMessage, outboxReadable } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';

type Owner = Person & { tenantId: string };
interface Seen {
  items: {
    id: string;
    deviceId: string | null;
    username: string | null;
    steps: { step: string; at: string }[];
    diagnosis: { code: string; title: string; advice: string; seen: string | null; right: string | null } | null;
  }[];
  nextCursor: string | null;
}

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.close());

async function ownerWithDevice() {
  const owner = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, {
    tenant_id: owner.tenantId,
    address: `of-${owner.tenantId}@outlook.example`,
  });
  const made = await makeDevice(api.db.owner, api.digester, { tenant_id: owner.tenantId, mailbox_id: mailbox.id });
  return { owner: owner as Owner, mailbox, device: made.device, username: made.credential.username };
}
type Scene = Awaited<ReturnType<typeof ownerWithDevice>>;

const ofDevice = ({ owner, device }: Scene, of: Partial<NewSession> = {}): NewSession => ({
  id: newId(),
  tenantId: owner.tenantId,
  deviceId: device.id,
  door: 'submission',
  address: '192.0.2.7',
  tls: null,
  username: null,
  hello: 'camera',
  startedAt: Date.now(),
  endedAt: Date.now(),
  messageIds: [],
  diagnosis: 'ok.login_only',
  severity: 'ok',
  facts: {},
  steps: [{ step: 'connected', at: 0 }],
  lines: [{ at: 1, by: 'device', text: 'EHLO camera' }],
  ...of,
});
const wrongPassword = (username: string): Partial<NewSession> => ({
  username,
  diagnosis: 'auth.wrong_password',
  severity: 'error',
  facts: { seen: username, oddities: ['too_short'], passwordLength: 15 },
});
const list = ({ owner, device }: Scene) => owner.must<Seen>('GET', `sessions?deviceId=${device.id}`);
const watch = ({ owner, device }: Scene) => owner.must<{ until: string }>('POST', `devices/${device.id}/watch`);

test('an owner reads the sessions of his device newest first, in his language, and nobody else does', async () => {
  const a = await ownerWithDevice();
  const b = await ownerWithDevice();
  const notes = [ofDevice(a), ofDevice(a, wrongPassword(a.username)), ofDevice(a)];
  notes.forEach((one, index) => {
    one.id = newId(Date.now() + index);
  });
  await writeSessions(api.db.system, notes);
  const first = await a.owner.must<Seen>('GET', `sessions?deviceId=${a.device.id}&limit=2`);
  const rest = await a.owner.must<Seen>('GET', `sessions?deviceId=${a.device.id}&limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual(
    [...first.items, ...rest.items].map(({ id }) => id),
    notes.map(({ id }) => id).reverse(),
  );
  const path = `/api/v1/sessions/${notes[1]!.id}`;
  const told = async (language: string) =>
    (await (await a.owner.request(path, { headers: { 'accept-language': language } })).json()) as Seen['items'][0] & {
      lines: { from: string; text: string }[];
    };
  const ja = await told('ja-JP,ja;q=0.9,en;q=0.8');
  assert.equal(ja.diagnosis?.title, 'パスワードが違います');
  assert.deepEqual([ja.diagnosis?.seen, ja.diagnosis?.right], ['15 文字', '16 文字']);
  assert.match(ja.diagnosis?.advice ?? '', new RegExp(a.username));
  assert.equal((await told('fr')).diagnosis?.title, 'The password is wrong');
  assert.deepEqual(
    ja.lines.map(({ from, text }) => [from, text]),
    [['device', 'EHLO camera']],
  );
  assert.equal((await b.owner.request(path)).status, 404);
  assert.deepEqual((await b.owner.must<Seen>('GET', 'sessions')).items, []);
  assert.deepEqual((await b.owner.must<Seen>('GET', `sessions?deviceId=${a.device.id}`)).items, []);
});

test('a session that runs has no diagnosis before something fails', async () => {
  const a = await ownerWithDevice();
  const id = newId();
  await writeSessions(api.db.system, [ofDevice(a, { id, endedAt: null, diagnosis: null, severity: null })]);
  assert.equal((await list(a)).items[0]?.diagnosis, null);
  const steps: NewSession['steps'] = [
    { step: 'connected', at: 0 },
    { step: 'signed_in', at: 9 },
  ];
  await writeSessions(api.db.system, [ofDevice(a, { id, steps })]);
  const [only] = (await list(a)).items;
  assert.deepEqual(
    [only?.diagnosis?.code, only?.steps.map(({ step }) => step)],
    ['ok.login_only', ['connected', 'signed_in']],
  );
});

test('a session that named nobody becomes its owner’s at its login, and is gone for who was pairing there', async () => {
  const [a, b] = [await ownerWithDevice(), await ownerWithDevice()];
  await watch(a);
  const stray = ofDevice(a, { deviceId: null, address: a.owner.address, startedAt: Date.now() + 50, endedAt: null });
  await writeSessions(api.db.system, [{ ...stray, diagnosis: null, severity: null }]);
  assert.deepEqual(
    (await list(a)).items.map(({ id }) => id),
    [stray.id],
  );
  await writeSessions(api.db.system, [ofDevice(b, { id: stray.id })]);
  assert.deepEqual((await list(a)).items, []);
  assert.deepEqual(
    (await list(b)).items.map(({ id }) => id),
    [stray.id],
  );
  // From then on it is nobody else's.
  await writeSessions(api.db.system, [ofDevice(a, { id: stray.id })]);
  assert.deepEqual((await list(a)).items, []);
});

test('a session that names nobody is shown only to who alone is pairing at its address, and only of his window', async () => {
  const [a, b] = [await ownerWithDevice(), await ownerWithDevice()];
  const { address } = a.owner;
  const before = ofDevice(a, { deviceId: null, address, startedAt: Date.now() - 60_000 });
  const { until } = await watch(a);
  assert.ok(Date.parse(until) - Date.now() > 14 * 60_000);
  const kept = ofDevice(a, {
    ...{ deviceId: null, address, startedAt: Date.now() + 50, username: 'h••••• (7)' },
    ...{ diagnosis: 'auth.unknown_user', severity: 'error', facts: { seen: 'h••••• (7)' } },
  });
  await writeSessions(api.db.system, [before, kept]);
  const ids = async (scene: Scene) => (await list(scene)).items.map(({ id }) => id);
  assert.deepEqual(await ids(a), [kept.id]);
  // What is to be set is the user name of the device that is being paired.
  assert.equal((await list(a)).items[0]?.diagnosis?.right, a.username);
  const path = `/api/v1/sessions/${kept.id}`;
  assert.equal((await a.owner.request(path)).status, 200);
  assert.equal((await a.owner.request(`/api/v1/sessions/${before.id}`)).status, 404);
  // From another address.
  a.owner.address = '203.0.113.99';
  assert.deepEqual(await ids(a), []);
  assert.equal((await a.owner.request(path)).status, 404);
  a.owner.address = address;
  // For another device of his, which nobody waits for.
  const other = await makeDevice(api.db.owner, api.digester, { tenant_id: a.owner.tenantId, mailbox_id: a.mailbox.id });
  assert.deepEqual(await ids({ ...a, device: other.device }), []);
  // While another tenant waits at the same address neither sees any.
  b.owner.address = address;
  await watch(b);
  assert.deepEqual([await ids(a), await ids(b)], [[], []]);
  assert.equal((await a.owner.request(path)).status, 404);
  await api.db.owner.query('UPDATE watches SET until = now() WHERE tenant_id = $1', [b.owner.tenantId]);
  assert.deepEqual([await ids(a), await ids(b)], [[kept.id], []]);
  // When the window has closed.
  await api.db.owner.query('UPDATE watches SET until = now()');
  assert.deepEqual(await ids(a), []);
  assert.equal((await a.owner.request(path)).status, 404);
});

test('a device that had worked is told at its first refusal, any other at its fifth, and its success ends the count', async () => {
  const [worked, fresh] = [await ownerWithDevice(), await ownerWithDevice()];
  await api.db.owner.query('UPDATE devices SET last_message_at = now() WHERE id = $1', [worked.device.id]);
  const fail = (scene: Scene) => countRefusals(api.db.system, [ofDevice(scene, wrongPassword(scene.username))]);
  const told = async (scene: Scene) => {
    await outboxReadable(api.db.owner);
    const { rows } = await readOutbox(api.db.system, { xid: 0, seq: 0 }, 10_000);
    return rows.filter(({ kind, subjectId }) => kind === 'device.refused' && subjectId === scene.device.id);
  };
  await fail(worked);
  await fail(worked);
  const [row] = await told(worked);
  assert.deepEqual([row?.facts.code, row?.facts.hasWorked], ['auth.wrong_password', true]);
  assert.equal((await told(worked)).length, 1);
  for (let count = 1; count <= 4; count++) await fail(fresh);
  assert.equal((await told(fresh)).length, 0);
  await fail(fresh);
  await fail(fresh);
  assert.deepEqual(
    (await told(fresh)).map(({ facts }) => [facts.count, facts.hasWorked]),
    [[5, false]],
  );
  const refusal = async (scene: Scene) =>
    (await scene.owner.must<{ refusal: { count: number; code: string } | null }>('GET', `devices/${scene.device.id}`))
      .refusal;
  assert.deepEqual([(await refusal(fresh))?.count, (await refusal(fresh))?.code], [6, 'auth.wrong_password']);
  await countRefusals(api.db.system, [ofDevice(fresh)]);
  assert.equal(await refusal(fresh), null);
});

test('whoever watches hears of each step over the event stream; others do not', async () => {
  const [a, b] = [await ownerWithDevice(), await ownerWithDevice()];
  const stop = new AbortController();
  const open = async ({ owner }: Scene) =>
    (await owner.request('/api/v1/events', { signal: stop.signal })).body!.getReader();
  const [ofA, ofB] = [await open(a), await open(b)];
  const heard = ofB.read().then(async () => (await ofB.read()).value);
  const id = newId();
  await tellSessions(api.db.system, [ofDevice(a, { id })]);
  let text = '';
  while (!text.includes(id)) text += Buffer.from((await ofA.read()).value!).toString();
  assert.match(text, new RegExp(`data: {"type":"sessions","deviceId":"${a.device.id}","sessionId":"${id}"}`));
  stop.abort();
  assert.equal(await heard.catch(() => undefined), undefined);
});

test('the log shows mails and refused sessions together, by time, page by page, and each filter means both', async () => {
  const a = await ownerWithDevice();
  const b = await ownerWithDevice();
  const start = Date.now() - 100_000;
  const at = (second: number) => new Date(start + second * 1_000);
  for (const second of [1, 4, 5, 8]) {
    await makeMessage(api.db.owner, a, { state: 'sent', subject: `motion ${second}`, accepted_at: at(second) });
  }
  const refused = [2, 3, 6, 7].map((second) =>
    ofDevice(a, { ...wrongPassword(a.username), id: newId(start + second * 1_000), startedAt: start + second * 1_000 }),
  );
  const fine = ofDevice(a, { id: newId(start + 9_000), startedAt: start + 9_000 });
  await writeSessions(api.db.system, [...refused, fine]);

  interface Row {
    kind: 'mail' | 'refusal';
    deviceName: string;
    acceptedAt?: string;
    startedAt?: string;
    diagnosis?: { title: string };
  }
  const read = (filter: string, cursor = '') =>
    a.owner.must<{ items: Row[]; nextCursor: string | null }>('GET', `log?${filter}${cursor && `&cursor=${cursor}`}`);
  const seconds = (rows: Row[]) =>
    rows.map((row) => (Date.parse(row.acceptedAt ?? row.startedAt ?? '') - start) / 1_000);
  const all = async (filter: string) => {
    const rows: Row[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: Row[]; nextCursor: string | null } = await read(filter, cursor);
      rows.push(...page.items);
      cursor = page.nextCursor;
    }
    return seconds(rows);
  };
  assert.deepEqual(await all('limit=3'), [8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(await all(`limit=3&deviceId=${a.device.id}`), [8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(await all('limit=3&state=refused'), [7, 6, 3, 2]);
  assert.deepEqual(await all('limit=3&state=sent'), [8, 5, 4, 1]);
  assert.deepEqual(await all('limit=3&state=refused,failed'), [7, 6, 3, 2]);
  assert.deepEqual(await all(`limit=3&q=${a.device.name}`), [8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(await all(`limit=3&q=192.0.2.7`), [7, 6, 3, 2]);
  assert.deepEqual(await all(`limit=3&q=nowhere`), []);
  const days = `from=${at(3).toISOString()}&to=${at(7).toISOString()}`;
  assert.deepEqual(await all(`limit=2&${days}`), [6, 5, 4, 3]);
  const [first] = (await read('state=refused')).items;
  assert.deepEqual(
    [first?.kind, first?.deviceName, first?.diagnosis?.title],
    ['refusal', a.device.name, 'The password is wrong'],
  );
  assert.deepEqual((await b.owner.must<{ items: Row[] }>('GET', 'log')).items, []);
  assert.equal((await a.owner.api('GET', 'log?cursor=12')).status, 400);
});

test('a search of the log that stops half way goes on where it stopped', async () => {
  const a = await ownerWithDevice();
  const start = Date.now() - 100_000;
  const refused = Array.from({ length: 9 }, (_, index) =>
    ofDevice(a, {
      ...wrongPassword(a.username),
      id: newId(start + index),
      startedAt: start + index,
      hello: index === 0 ? 'old-camera' : 'camera',
    }),
  );
  await writeSessions(api.db.system, refused);
  const page = (beforeId?: string) =>
    api.db.tenant
      .forTenant(a.owner.tenantId)
      .tx((tx) => pageRefusals({ tenantId: a.owner.tenantId, tx }, { text: 'old' }, { limit: 3, look: 4, beforeId }));
  const first = await page();
  assert.deepEqual([first.rows.length, first.searchedTo?.id], [0, refused[5]?.id]);
  const second = await page(first.searchedTo?.id);
  assert.deepEqual([second.rows.length, second.searchedTo?.id], [0, refused[1]?.id]);
  const third = await page(second.searchedTo?.id);
  assert.deepEqual([third.rows.map(({ hello }) => hello), third.searchedTo], [['old-camera'], null]);
});
