import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpLine, type TestCredential, type TestDevice } from '@hikyaku/testing';
import { Pop3Line } from './harness/pop3-line.ts';
import { plugPostgres } from './harness/postgres-plug.ts';
import { followSessions, insertWatch } from './harness/session-rows.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, type World } from './harness/world.ts';

let world: World;
let edge: RunningEdge;
let device: TestDevice;
let credential: TestCredential;

before(async () => {
  world = await makeWorld();
  ({ device, credential } = await addDevice(world, { allow_plain_auth: true }));
  await insertWatch(world.database.owner, device.id, world.tenantId);
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { SMTP_IDLE_MS: '2000', SMTP_STRANGER_MS: '4000', AUTH_FAIL_DELAY_MS: '1' },
  });
  // The edge hears of the window a moment after it has begun.
  await eventually(async () => {
    await say(['QUIT']);
    await sleep(200);
    const rows = await world.database.owner.query<Row>('SELECT * FROM smtp_sessions');
    for (const { id } of rows) skipSession(id);
    return rows.length > 0;
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

interface Row {
  id: string;
  device_id: string | null;
  username: string | null;
  diagnosis: string;
  facts: { seen: string | null; oddities: string[] };
  lines: unknown;
}
const { nextSession, skipSession } = followSessions<Row>(() => world.database.owner);

/** The last answer to these lines, after EHLO. */
async function say(lines: string[], door: 'submission' | 'smtps' = 'smtps'): Promise<string> {
  const line = await SmtpLine.open({ port: edge.doors[door], ...(door === 'smtps' ? { tls: {} } : {}) });
  let answer = '';
  for (const words of ['EHLO camera', ...lines]) answer = await line.say(words);
  line.close();
  return answer;
}
const twice = (text: string): string => base64(base64(text));

test('a login that was encoded before the device encoded it is taken as it was meant, at every door and by every mechanism', async () => {
  const { username, password } = credential;
  const logins = [
    ['AUTH LOGIN', twice(username), twice(password)],
    ['AUTH LOGIN', twice(username), base64(password)],
    ['AUTH LOGIN', base64(username), twice(password)],
    // As typed into a form by hand, without the padding.
    ['AUTH LOGIN', base64(base64(username).replace(/=+$/, '')), base64(base64(password).replace(/=+$/, ''))],
    [`AUTH PLAIN ${twice(`\0${username}\0${password}`)}`],
    [`AUTH PLAIN ${base64(`\0${base64(username)}\0${base64(password)}`)}`],
  ];
  for (const lines of logins) {
    assert.match(await say(lines), /^235 /, String(lines));
    const row = await nextSession();
    assert.deepEqual([row.diagnosis, row.device_id, row.username], ['ok.login_only', device.id, username]);
  }
  assert.match(await say(['AUTH LOGIN', twice(username), twice(password)], 'submission'), /^235 /);
  skipSession((await nextSession()).id);
  const pop = await Pop3Line.open(edge.doors.pop3s, { tls: {} });
  await pop.say(`USER ${base64(username)}`);
  assert.match(await pop.say(`PASS ${base64(password)}`), /^\+OK/);
  pop.close();
  assert.equal((await nextSession()).diagnosis, 'ok.pop_login');
});

test('AUTH is known however firmware writes it, and its answers are kept by nobody', async () => {
  const { username, password } = credential;
  const answer = base64(`\0${username}\0${password}`);
  for (const word of [
    'AUTH: LOGIN',
    'AUTH:LOGIN',
    'AUTHLOGIN',
    'AUTH-LOGIN',
    'AUTH "LOGIN"',
    'AUTH LOGIN:',
    'AUTHENTICATE LOGIN',
    'auth=login',
  ])
    assert.match(await say([word, base64(username), base64(password)]), /^235 /, word);
  for (const word of ['AUTH: PLAIN', 'AUTHPLAIN', 'Auth=<PLAIN>'])
    assert.match(await say([`${word} ${answer}`]), /^235 /, word);
  for (let count = 0; count < 11; count++) {
    const row = await nextSession();
    assert.equal(row.diagnosis, 'ok.login_only');
    assert.ok(!JSON.stringify(row).includes(answer), JSON.stringify(row.lines));
  }
});

test('commands with a colon behind their verb, or written as one word, are taken as they were meant', async () => {
  const login = `AUTH PLAIN ${base64(`\0${credential.username}\0${credential.password}`)}`;
  for (const [from, to, data] of [
    ['MAIL: FROM:<a@example.com>', 'RCPT: TO:<owner@example.com>', 'DATA:'],
    ['MAILFROM:<a@example.com>', 'RCPTTO:<owner@example.com>', 'DATA'],
  ] as const) {
    const answer = await say([login, from, to, data, 'Subject: x\r\n\r\nx\r\n.'], 'smtps');
    assert.match(answer, /^250 2.0.0 Ok: queued/, from);
    const row = await nextSession();
    assert.equal(row.diagnosis, 'ok.accepted');
    assert.match(JSON.stringify(row.lines), new RegExp(from.replace(/[()]/g, '')));
  }
  const pop = await Pop3Line.open(edge.doors.pop3s, { tls: {} });
  await pop.say(`USER: ${credential.username}`);
  assert.match(await pop.say(`PASS: ${credential.password}`), /^\+OK/);
  pop.close();
  const row = await nextSession();
  assert.equal(row.diagnosis, 'ok.pop_login');
  assert.ok(!JSON.stringify(row).includes(credential.password));
});

test('a wrong password behind a name that was encoded twice is told to the name’s owner as a wrong password', async () => {
  assert.match(await say(['AUTH LOGIN', twice(credential.username), base64('wrong-password')]), /^535 /);
  const row = await nextSession();
  assert.deepEqual(
    [row.diagnosis, row.device_id, row.username],
    ['auth.wrong_password', device.id, credential.username],
  );
});

test('a device that was made a moment ago is let in, or told what is wrong, though Postgres answered only after the time that a login waits for it', async () => {
  const plug = await plugPostgres(world.database.url);
  const slow = await startEdge({
    databaseUrl: plug.url,
    masterKey: world.keys.masterKey,
    env: { AUTH_FAIL_DELAY_MS: '1500' },
  });
  try {
    for (const [isRight, expected] of [
      [false, '535 5.7.8'],
      [true, '235 2.7.0'],
    ] as const) {
      const line = await SmtpLine.open({ port: slow.doors.smtps, tls: {} });
      await line.say('EHLO camera');
      plug.hold();
      const fresh = await addDevice(world);
      const { username, password } = fresh.credential;
      const answer = line.say(`AUTH PLAIN ${base64(`\0${username}\0${isRight ? password : 'wrong-password-1'}`)}`);
      // Twice what the login waits for Postgres.
      await sleep(600);
      plug.goOn();
      assert.ok((await answer).startsWith(expected), await answer);
      line.close();
      const row = await nextSession();
      assert.equal(row.device_id, fresh.device.id);
      assert.equal(row.diagnosis, isRight ? 'ok.login_only' : 'auth.wrong_password');
    }
  } finally {
    await slow.dispose();
    await plug.close();
  }
});

/** A client that says STARTTLS, and what it does then. */
async function behindStartTls(door: 'submission' | 'pop3', act: (socket: Socket) => Promise<void>): Promise<Row> {
  const socket = connect(edge.doors[door], '127.0.0.1');
  socket.on('error', () => {});
  socket.write(door === 'pop3' ? 'CAPA\r\nSTLS\r\n' : 'EHLO camera\r\nSTARTTLS\r\n');
  let said = '';
  socket.on('data', (bytes) => {
    said += bytes;
  });
  await eventually(async () => /220 2.0.0|Begin TLS/.test(said));
  await act(socket);
  return nextSession();
}

test('a client that says STARTTLS and never begins with TLS is told so, however it leaves', async () => {
  const ways = {
    'it ends its side': async (socket) => void socket.end(),
    'it is gone': async (socket) => void socket.resetAndDestroy(),
    'it closes at once': async (socket) => void socket.destroy(),
    'it is silent until we close': async (socket) =>
      void (await new Promise((resolve) => socket.once('close', resolve))),
    'it sends the beginning of a hello': async (socket) => {
      socket.write(Buffer.from('160301', 'hex'));
      await sleep(50);
      socket.destroy();
    },
  } satisfies Record<string, (socket: Socket) => Promise<void>>;
  for (const words of [
    'EHLO camera\r\nSTARTTLS\r\n',
    'EHLO camera\r\nSTARTTLS\r\nEHLO camera\r\n',
    'EHLO camera\r\nSTARTTLS',
  ]) {
    const socket = connect(edge.doors.submission, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.end(words);
    assert.equal((await nextSession()).diagnosis, 'tls.abandoned', words);
  }
  for (const door of ['submission', 'pop3'] as const) {
    for (const [way, act] of Object.entries(ways))
      assert.equal((await behindStartTls(door, act)).diagnosis, 'tls.abandoned', `${door}: ${way}`);
  }
});
