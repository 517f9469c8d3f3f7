import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { SessionLine } from '@hikyaku/core';
import { listen, SESSIONS_WRITTEN } from '@hikyaku/db';
import {
  makeCredential,
  makeMailbox,
  makeTenant,
  SmtpLine,
  type TestCredential,
  type TestDevice,
} from '@hikyaku/testing';
import { followSessions, insertWatch } from './harness/session-rows.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, sendMail, signIn, type World } from './harness/world.ts';

let world: World;
let edge: RunningEdge;
let device: TestDevice;
let credential: TestCredential;

before(async () => {
  world = await makeWorld();
  ({ device, credential } = await addDevice(world, {
    max_size_bytes: 50_000,
    recipients_mode: 'allow',
    recipients: ['owner@example.com'],
  }));
  edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

interface Row {
  id: string;
  tenant_id: string;
  device_id: string | null;
  ended_at: Date | null;
  door: string;
  tls: string | null;
  username: string | null;
  message_ids: string[];
  diagnosis: string;
  severity: string;
  facts: {
    seen: string | null;
    right: string | null;
    rightDoor: string | null;
    oddities: string[];
    until: number | null;
  };
  lines: SessionLine[];
}
const { nextSession, skipSession } = followSessions<Row>(() => world.database.owner);

async function watch(deviceId: string, tenantId: string): Promise<void> {
  await insertWatch(world.database.owner, deviceId, tenantId);
  await world.database.owner.query(`SELECT pg_notify('hikyaku_watches', '')`);
}
const unwatch = async () => {
  await world.database.owner.query('DELETE FROM watches');
  await world.database.owner.query(`SELECT pg_notify('hikyaku_watches', '')`);
};
const secure = () => SmtpLine.open({ port: edge.doors.smtps, tls: {} });
const plain = (username: string, password: string) => `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`;

test('a session that brings its mail is kept with what was said, without its password', async () => {
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  await sendMail(line, 'Subject: secret words\r\n\r\nvery secret');
  await line.say('QUIT');
  const row = await nextSession();
  assert.equal(row.diagnosis, 'ok.accepted');
  assert.deepEqual(
    [row.tenant_id, row.device_id, row.username, row.door],
    [world.tenantId, device.id, credential.username, 'smtps'],
  );
  assert.match(row.tls!, /^TLSv1\.3 /);
  const messages = await eventually(async () => {
    const rows = await world.database.owner.query<{ id: string }>('SELECT id FROM messages');
    return rows.length > 0 && rows;
  });
  assert.deepEqual(
    row.message_ids,
    messages.map(({ id }) => id),
  );
  const text = JSON.stringify(row);
  assert.match(text, /EHLO test/);
  assert.match(text, /MAIL FROM:<camera@example\.com>/);
  assert.match(text, /queued as/);
  for (const secret of [
    credential.password,
    base64(`\0${credential.username}\0${credential.password}`),
    'very secret',
    'secret words',
  ]) {
    assert.ok(!text.includes(secret), secret);
  }
});

async function afterRcpt(path: string): Promise<void> {
  const line = await secure();
  await signIn(line, credential);
  await line.say('MAIL FROM:<a@example.com>');
  assert.match(await line.say(`RCPT TO:${path}`), /^5/);
  await line.say('QUIT');
}

test('each mistake has its diagnosis', async (t) => {
  const cases: [string, () => Promise<void>, (row: Row) => void][] = [
    [
      'auth.wrong_password',
      async () => {
        const line = await secure();
        await line.say('EHLO x');
        await line.say(plain(credential.username, 'ＡＢ01'));
        line.close();
      },
      ({ facts, severity }) => {
        assert.equal(severity, 'error');
        assert.deepEqual(
          [facts.seen, facts.oddities],
          [credential.username, ['too_short', 'full_width', 'look_alikes']],
        );
      },
    ],
    [
      'auth.swapped',
      async () => {
        const line = await secure();
        await line.say('EHLO x');
        await line.say(plain(credential.password, credential.username));
        line.close();
      },
      (row) => assert.ok(!JSON.stringify(row).includes(credential.password)),
    ],
    [
      'auth.plain_refused',
      async () => {
        const line = await SmtpLine.open({ port: edge.doors.submission });
        await line.say('EHLO x');
        await line.say(plain(credential.username, credential.password));
        line.close();
      },
      ({ facts }) => assert.equal(facts.seen, credential.username),
    ],
    [
      'ok.login_only',
      async () => {
        const line = await secure();
        await signIn(line, credential);
        await line.say('QUIT');
      },
      ({ severity }) => assert.equal(severity, 'ok'),
    ],
    [
      'rcpt.not_allowed',
      () => afterRcpt('<stranger@example.org>'),
      ({ facts }) => assert.equal(facts.seen, 'stranger@example.org'),
    ],
    ['rcpt.invalid', () => afterRcpt('<no address>'), ({ facts }) => assert.equal(facts.seen, 'no address')],
    ['rcpt.literal', () => afterRcpt('<owner@[192.0.2.1]>'), ({ facts }) => assert.match(facts.seen!, /192\.0\.2\.1/)],
    [
      'session.too_many_errors',
      async () => {
        const line = await secure();
        await signIn(line, credential);
        line.send('XCLIENT NAME=x\r\n'.repeat(50));
        assert.match(await line.rest(), /\r\n421 /);
      },
      ({ severity }) => assert.equal(severity, 'error'),
    ],
    [
      'size.too_large',
      async () => {
        const line = await secure();
        await signIn(line, credential);
        await line.say('MAIL FROM:<a@example.com>');
        await line.say('RCPT TO:<owner@example.com>');
        await line.say('DATA');
        line.send(`${'x'.repeat(70)}\r\n`.repeat(1000));
        line.send('.\r\n');
        await line.reply();
        await line.say('QUIT');
      },
      ({ facts }) => assert.deepEqual([facts.seen, facts.right], ['72000', '50000']),
    ],
    [
      'data.cut_off',
      async () => {
        const line = await secure();
        await signIn(line, credential);
        await line.say('MAIL FROM:<a@example.com>');
        await line.say('RCPT TO:<owner@example.com>');
        await line.say('DATA');
        line.send('Subject: half\r\n\r\nhal');
        await new Promise((resolve) => setTimeout(resolve, 100));
        line.close();
      },
      ({ facts }) => assert.equal(facts.seen, '20'),
    ],
  ];
  for (const [code, act, look] of cases) {
    await t.test(code, async () => {
      await act();
      const row = await nextSession();
      assert.equal(row.diagnosis, code, JSON.stringify(row));
      assert.equal(row.device_id, device.id);
      look(row);
    });
  }
});

test('a password that was replaced is told, with its end, while it still works and after', async () => {
  const until = new Date(Date.now() + 3_600_000);
  const old = await makeCredential(world.database.owner, world.keys.digester, device, {
    username: credential.username,
    expires_at: until,
  });
  await eventually(async () => {
    const line = await secure();
    await line.say('EHLO x');
    const reply = await line.say(plain(old.username, old.password));
    await line.say('QUIT');
    await nextSession();
    return reply.startsWith('235');
  });
  const line = await secure();
  await signIn(line, old);
  await sendMail(line, 'Subject: x\r\n\r\nx');
  await line.say('QUIT');
  const row = await nextSession();
  assert.deepEqual([row.diagnosis, row.severity, row.facts.until], ['auth.old_password', 'warning', until.getTime()]);
});

test('a session that names nobody is kept for the only tenant that waits at its address, its name masked, and else forgotten', async (t) => {
  const fail = async (username: string) => {
    const line = await secure();
    await line.say('EHLO nobody');
    await line.say(plain(username, 'whatever'));
    line.close();
  };
  const owned = async () => {
    const line = await secure();
    await signIn(line, credential);
    await line.say('QUIT');
  };
  await t.test('nobody waits', async () => {
    await fail('my-own-secret');
    await owned();
    assert.equal((await nextSession()).diagnosis, 'ok.login_only');
  });
  await watch(device.id, world.tenantId);
  await t.test('one tenant waits: seen, masked', async () => {
    const row = await eventually(async () => {
      await fail('my-own-secret');
      const found = await world.database.owner.query<Row>(
        'SELECT * FROM smtp_sessions WHERE device_id IS NULL AND ended_at IS NOT NULL',
      );
      return found[0];
    });
    skipSession(row.id);
    assert.deepEqual(
      [row.diagnosis, row.tenant_id, row.username],
      ['auth.unknown_user', world.tenantId, 'm••••• (13)'],
    );
    assert.ok(!JSON.stringify(row).includes('my-own-secret'));
  });
  // One more of these may be under way.
  await owned();
  while ((await nextSession()).diagnosis !== 'ok.login_only');
  await t.test('a name that is nearly right is shown beside the right one', async () => {
    const wrong = `${credential.username.slice(0, -1)}${credential.username.endsWith('a') ? 'b' : 'a'}`;
    await fail(wrong);
    const { facts, diagnosis } = await nextSession();
    assert.deepEqual([diagnosis, facts.seen, facts.right], ['auth.unknown_user', wrong, credential.username]);
  });
  await t.test('of mail addresses only the tenant’s own mailbox is shown', async () => {
    const { address } = await makeMailbox(world.database.owner, { tenant_id: world.tenantId });
    for (const [typed, shown] of [
      [address, address],
      ['somebody@outlook.example', 's••••• (24)'],
    ] as const) {
      await fail(typed);
      const { diagnosis, username, facts } = await nextSession();
      assert.deepEqual([diagnosis, username, facts.seen], ['auth.mailbox_address_used', shown, shown]);
    }
  });
  await t.test('what never comes to a login has its diagnosis too; T6: so has a refused certificate', async () => {
    for (const [code, ...commands] of [
      ['auth.none', 'EHLO x', 'MAIL FROM:<a@example.com>'],
      ['auth.mechanism', 'EHLO x', 'AUTH CRAM-MD5'],
      ['auth.cancelled', 'EHLO x', 'AUTH LOGIN', '*'],
      ['auth.empty_user', 'EHLO x', `AUTH PLAIN ${base64('\0\0secret')}`],
      ['session.not_smtp', 'GET / HTTP/1.0'],
      ['session.left'],
      ['tls.abandoned', 'STARTTLS'],
    ] as [string, ...string[]][]) {
      const line = await SmtpLine.open({ port: edge.doors.submission });
      for (const command of commands) await line.say(command);
      line.close();
      assert.equal((await nextSession()).diagnosis, code);
    }
    const socket = connect(edge.doors.smtps, '127.0.0.1');
    socket.write('EHLO plain\r\n');
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    const row = await nextSession();
    assert.deepEqual([row.diagnosis, row.facts.rightDoor], ['tls.plain_on_tls_door', 'submission']);
    const old = connectTls({
      port: edge.doors.smtps,
      host: '127.0.0.1',
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
      rejectUnauthorized: false,
    });
    await new Promise((resolve) => old.once('error', resolve));
    const older = await nextSession();
    assert.deepEqual([older.diagnosis, older.facts.rightDoor], ['tls.too_old', 'legacy-smtps']);
    const strict = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${edge.doors.smtps}`, '-verify_return_error'], {
      stdio: 'ignore',
    });
    await new Promise((resolve) => strict.once('close', resolve));
    assert.equal((await nextSession()).diagnosis, 'tls.certificate_refused');
  });
  await t.test('two tenants wait at one address: neither sees it', async () => {
    const other = await makeTenant(world.database.owner);
    const mailbox = await makeMailbox(world.database.owner, { tenant_id: other.id });
    const theirs = await addDevice({ ...world, tenantId: other.id, mailboxId: mailbox.id });
    await watch(theirs.device.id, other.id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await fail('my-own-secret');
    await owned();
    assert.equal((await nextSession()).diagnosis, 'ok.login_only');
  });
  await unwatch();
});

test('a watched device’s session can be read at each step, and without a diagnosis while nothing has failed', async () => {
  const { device, credential: watched } = await addDevice(world);
  await watch(device.id, world.tenantId);
  const heard: string[] = [];
  const ear = await listen(world.database.url, [SESSIONS_WRITTEN], (_, payload) => void heard.push(payload));
  const rowOf = () =>
    world.database.owner.query<{ ended_at: Date | null; diagnosis: string | null; steps: { step: string }[] }>(
      'SELECT ended_at, diagnosis, steps FROM smtp_sessions WHERE device_id = $1 ORDER BY id DESC',
      [device.id],
    );
  let line: SmtpLine;
  // The edge hears of the window a moment after it has opened.
  const running = await eventually(async () => {
    line = await secure();
    await signIn(line, watched);
    await sleep(200);
    const row = (await rowOf()).find(({ ended_at }) => ended_at === null);
    if (!row) await line.say('QUIT');
    return row;
  });
  assert.equal(running.diagnosis, null);
  assert.deepEqual(
    running.steps.map(({ step }) => step),
    ['connected', 'encrypted', 'user_tried', 'signed_in'],
  );
  const quitAt = Date.now();
  await line!.say('QUIT');
  const ended = await eventually(async () => (await rowOf()).find(({ ended_at }, index) => index === 0 && ended_at));
  assert.equal(ended.diagnosis, 'ok.login_only');
  assert.ok(Date.now() - quitAt < 5_000, `${Date.now() - quitAt} ms`);
  await eventually(async () => heard.some((payload) => payload.includes(device.id)));
  await ear.close();
  await unwatch();
});
