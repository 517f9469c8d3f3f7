import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionLine } from '@hikyaku/core';
import { makeMailbox, makeTenant, SmtpLine, type TestCredential, type TestDevice } from '@hikyaku/testing';
import { Pop3Line } from './harness/pop3-line.ts';
import { insertWatch } from './harness/session-rows.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, signIn, type World } from './harness/world.ts';

let world: World;
let edge: RunningEdge;
let mine: { device: TestDevice; credential: TestCredential };
/** Of another tenant: one that must sign in, and one that may send without. */
let theirs: { device: TestDevice; credential: TestCredential };
let theirsWithoutLogin: { device: TestDevice; credential: TestCredential };

before(async () => {
  world = await makeWorld();
  const { owner } = world.database;
  const tenant = await makeTenant(owner);
  const mailbox = await makeMailbox(owner, { tenant_id: tenant.id });
  const other = { ...world, tenantId: tenant.id, mailboxId: mailbox.id };
  mine = await addDevice(world);
  theirs = await addDevice(other);
  theirsWithoutLogin = await addDevice(other, {
    recipients_mode: 'allow',
    recipients: ['owner@example.com'],
    allowed_addresses: ['192.0.2.1'],
  });
  // The one who waits tries what he likes.
  await insertWatch(owner, mine.device.id, world.tenantId);
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { AUTH_FAIL_DELAY_MS: '1' },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

interface Row {
  id: string;
  tenant_id: string;
  device_id: string | null;
  username: string | null;
  diagnosis: string;
  facts: unknown;
  lines: SessionLine[];
  steps: { step: string }[];
}
const ended = (tenantId: string): Promise<Row[]> =>
  world.database.owner.query<Row>(
    'SELECT * FROM smtp_sessions WHERE tenant_id = $1 AND ended_at IS NOT NULL ORDER BY id',
    [tenantId],
  );

const seen = new Set<string>();
/** What the tenant that waits is shown of the next session, without what differs from one to the next anyway. */
const shown = async (typed: string) => {
  const row = await eventually(async () => (await ended(world.tenantId)).find(({ id }) => !seen.has(id)));
  seen.add(row.id);
  const { diagnosis, device_id, username, facts, lines, steps } = row;
  const text = JSON.stringify({
    ...{ diagnosis, device_id, username, facts },
    lines: lines.map(({ by, text: said }) => ({ by, said })),
    steps: steps.map(({ step }) => step),
  });
  return text.replaceAll(typed, 'TYPED').replaceAll(`"${typed.slice(0, 1)}•••••`, '"T•••••');
};

/** The same after an act, which is repeated where Postgres, being asked for the name, did not answer within its 300 ms. */
const shownOf = async (act: (name: string) => Promise<void>, name: string): Promise<string> => {
  for (let tries = 0; ; tries++) {
    await act(name);
    const text = await shown(name);
    if (tries === 5 || !text.includes('service.unavailable')) return text;
    await sleep(500);
  }
};

/** Nobody's, and of the form that ours have. */
const NOBODYS = 'zz2z2z2z2';
const plain = (username: string, password: string) => `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`;
const secured =
  (...lines: ((name: string) => string)[]) =>
  async (name: string): Promise<void> => {
    const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
    for (const words of [() => 'EHLO camera', ...lines]) await line.say(words(name));
    line.close();
  };

test('who waits for a device is shown the same of a user name that another tenant has as of one that nobody has', async (t) => {
  await eventually(async () => {
    await secured(() => 'QUIT')('');
    await sleep(200);
    const rows = await ended(world.tenantId);
    for (const { id } of rows) seen.add(id);
    return rows.length > 0;
  });
  const { username } = theirs.credential;
  const withoutLogin = theirsWithoutLogin.credential.username;
  const cases: [string, string, (name: string) => Promise<void>][] = [
    ['a wrong password', username, secured((name) => plain(name, 'guess'))],
    ['as the password', username, secured((name) => plain('somebody', name))],
    [
      'in plain',
      username,
      async (name) => {
        const line = await SmtpLine.open({ port: edge.doors.submission });
        for (const words of ['EHLO camera', 'AUTH LOGIN', base64(name)]) await line.say(words);
        line.close();
      },
    ],
    ['given up at the password', username, secured(() => 'AUTH LOGIN', base64)],
    ['in no form of a login', username, secured((name) => `AUTH PLAIN ${base64(`${name}:guess`)}`)],
    [
      'at POP',
      username,
      async (name) => {
        const line = await Pop3Line.open(edge.doors.pop3s, { tls: {} });
        for (const words of [`USER ${name}`, 'PASS guess']) await line.say(words);
        line.close();
      },
    ],
    [
      'as a sender',
      withoutLogin,
      secured(
        (name) => `MAIL FROM:<${name}@mail.local>`,
        () => 'RCPT TO:<owner@example.com>',
      ),
    ],
  ];
  for (const [how, name, act] of cases) {
    await t.test(how, async () => {
      const ofNobodys = await shownOf(act, NOBODYS);
      assert.equal(await shownOf(act, name), ofNobodys);
    });
  }
  const told = await ended(theirs.device.tenant_id);
  assert.deepEqual(
    [...new Set(told.map(({ device_id }) => device_id))].sort(),
    [theirs.device.id, theirsWithoutLogin.device.id].sort(),
  );
  assert.ok(told.some(({ diagnosis }) => diagnosis === 'auth.wrong_password'));
});

test('of another tenant’s session that comes through, who waits at its address sees nothing', async () => {
  const before = (await ended(world.tenantId)).length;
  const good = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(good, theirs.credential);
  await good.say('QUIT');
  await eventually(async () =>
    (await ended(theirs.device.tenant_id)).some(({ diagnosis }) => diagnosis === 'ok.login_only'),
  );
  await sleep(200);
  const rows = await world.database.owner.query('SELECT FROM smtp_sessions WHERE tenant_id = $1', [world.tenantId]);
  assert.equal(rows.length, before);
});

test('a session stays with whose device has signed in, whatever names it tries afterwards', async () => {
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, mine.credential);
  await line.say('MAIL FROM:<a@example.com>');
  await line.say('RCPT TO:<private-person@example.com>');
  for (const name of [theirs.credential.username, NOBODYS]) await line.say(plain(name, 'guess'));
  await line.say('QUIT');
  const rows = await eventually(async () => {
    const found = (await ended(world.tenantId)).filter(({ device_id }) => device_id === mine.device.id);
    return found.length > 0 && found;
  });
  assert.deepEqual([rows.length, rows[0]!.username, rows[0]!.diagnosis], [1, mine.credential.username, 'data.none']);
  const told = JSON.stringify(await ended(theirs.device.tenant_id));
  assert.ok(!told.includes('private-person'));
});
