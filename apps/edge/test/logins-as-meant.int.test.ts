import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpLine, type TestCredential, type TestDevice } from '@hikyaku/testing';
import { Pop3Line } from './harness/pop3-line.ts';
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

test('a wrong password behind a name that was encoded twice is told to the name’s owner as a wrong password', async () => {
  assert.match(await say(['AUTH LOGIN', twice(credential.username), base64('wrong-password')]), /^535 /);
  const row = await nextSession();
  assert.deepEqual(
    [row.diagnosis, row.device_id, row.username],
    ['auth.wrong_password', device.id, credential.username],
  );
});

/** A client that says STARTTLS, and what it does then. */
async function behindStartTls(act: (socket: import('node:net').Socket) => Promise<void>): Promise<Row> {
  const socket = connect(edge.doors.submission, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('EHLO camera\r\nSTARTTLS\r\n');
  let said = '';
  socket.on('data', (bytes) => {
    said += bytes;
  });
  await eventually(async () => said.includes('220 2.0.0'));
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
  } satisfies Record<string, (socket: import('node:net').Socket) => Promise<void>>;
  for (const [way, act] of Object.entries(ways)) {
    assert.equal((await behindStartTls(act)).diagnosis, 'tls.abandoned', way);
  }
});
