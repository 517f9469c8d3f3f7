import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeCredential, SmtpLine, type TestCredential, type TestDevice } from '@hikyaku/testing';
import { plugPostgres } from './harness/postgres-plug.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, sendMail, type World } from './harness/world.ts';

const DELAY_MS = 300;
/** What two busy cores may add. */
const SLACK_MS = 3_000;

let world: World;
let edge: RunningEdge;
let device: TestDevice;
let credential: TestCredential;
let noPlain: TestCredential;

before(async () => {
  world = await makeWorld();
  ({ device, credential } = await addDevice(world, { allow_plain_auth: true }));
  noPlain = (await addDevice(world)).credential;
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { AUTH_FAIL_DELAY_MS: String(DELAY_MS) },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

const plain = (...fields: string[]): string => `AUTH PLAIN ${base64(fields.join('\0'))}`;

/** A dialogue up to EHLO, inside TLS or not. */
async function hello(isSecure: boolean): Promise<SmtpLine> {
  const line = await SmtpLine.open(isSecure ? { port: edge.doors.smtps, tls: {} } : { port: edge.doors.submission });
  await line.say('EHLO x');
  return line;
}

/** Reply to one login inside TLS, and how long it took. */
async function tryLogin(command: string): Promise<{ reply: string; ms: number }> {
  const line = await hello(true);
  const startedAt = performance.now();
  const reply = await line.say(command);
  const ms = performance.now() - startedAt;
  line.close();
  return { reply, ms };
}

test('A2, A3, A5c, A6, A9, A10: every form of the right credential is taken', async () => {
  const { username, password } = credential;
  const grouped = password.replace(/(.{4})/g, '$1 ').trim();
  const logins = [
    plain('', username, password),
    plain(username, username, password),
    plain(username, password),
    plain(username, '', password),
    plain('', `${username}@relay`, password),
    plain('', `${username.toUpperCase()}@mail.example.jp`, password.toUpperCase()),
    plain('', `${username} `, grouped),
    plain('', username, password.replace(/(.{4})/g, '$1-')),
    plain('', username, `${password}\r\n`),
    `auth plain ${base64(`\0${username}\0${password}`).replace(/=+$/, '')}`,
    `AUTH=PLAIN ${base64(`\0${username}\0${password}\0`)}`,
  ];
  for (const login of logins) {
    assert.equal(
      (await tryLogin(login)).reply,
      '235 2.7.0 Authentication successful',
      Buffer.from(login.slice(11), 'base64').toString(),
    );
  }
});

test('A1, A2, A6: AUTH LOGIN with exact prompts, the user name also in the command, NUL and blanks behind it', async () => {
  const line = await hello(true);
  assert.equal(await line.say('AUTH LOGIN'), '334 VXNlcm5hbWU6');
  assert.equal(await line.say(base64(`${credential.username}\0`)), '334 UGFzc3dvcmQ6');
  assert.match(await line.say(`${base64(credential.password)} `), /^235 /);
  line.close();
  const short = await hello(true);
  assert.equal(await short.say(`auth login ${base64(credential.username)}`), '334 UGFzc3dvcmQ6');
  assert.match(await short.say(base64(credential.password)), /^235 /);
  short.close();
});

test('A4, A5b: AUTH PLAIN asks with an empty 334; a lone * gives up; other mechanisms are not known', async () => {
  const line = await hello(true);
  line.send('AUTH PLAIN\r\n');
  await line.expect(334);
  assert.match(await line.say('*'), /^501 5\.7\.0 /);
  assert.match(await line.say('AUTH CRAM-MD5'), /^504 /);
  assert.match(await line.say('AUTH'), /^501 /);
  assert.match(await line.say('AUTH PLAIN ====='), /^501 /);
  line.close();
});

test('A5: no answer is so long that a printer folds it; one that is folded all the same costs that login, and its rest is neither run nor kept', async () => {
  const answer = base64(`\0${credential.username}@mail.local\0${credential.password}`);
  assert.ok(answer.length <= 76, `${answer.length}`);
  const line = await hello(true);
  await line.say('AUTH PLAIN');
  line.send(`${answer.slice(0, -8)}\r\n${answer.slice(-8)}\r\n`);
  assert.match(await line.reply(), /^(535|501) /);
  assert.match(await line.reply(), /^502 /);
  assert.match(await line.say(`AUTH PLAIN ${answer}`), /^235 /);
  await line.say('QUIT');
  const lines = await eventually(async () => {
    const rows = await world.database.owner.query<{ lines: unknown }>(
      `SELECT lines FROM smtp_sessions WHERE lines::text LIKE '%502 5.5.2%' AND ended_at IS NOT NULL`,
    );
    return rows[0] && JSON.stringify(rows[0].lines);
  });
  assert.ok(!lines.includes(answer.slice(-8)) && !lines.includes(answer.slice(0, 8)), lines);
});

test('A7: AUTH before any hello, and again after 235; another identity is refused', async () => {
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  assert.match(await line.say(plain('', credential.username, credential.password)), /^235 /);
  assert.match(await line.say(plain('', credential.username, credential.password)), /^235 /);
  assert.match(await line.say(plain('', noPlain.username, noPlain.password)), /^503 /);
  await sendMail(line, 'Subject: after signing in twice\r\n\r\n');
  line.close();
});

test('an unknown user and a wrong password get the same words after the same time', async () => {
  const wrong = await tryLogin(plain('', credential.username, 'wrongwrongwrongw'));
  const unknown = await tryLogin(plain('', 'zzzzzzzzz', 'wrongwrongwrongw'));
  const odd = await tryLogin(plain('', 'not a user name', 'x'));
  assert.equal(wrong.reply, '535 5.7.8 Error: authentication failed');
  assert.equal(unknown.reply, wrong.reply);
  assert.equal(odd.reply, wrong.reply);
  for (const { ms } of [wrong, unknown, odd]) assert.ok(ms >= DELAY_MS - 5 && ms < DELAY_MS + SLACK_MS, `${ms} ms`);
});

test('in plain, a login is refused at the user name, unknown and not allowed in the same words after the same time', async () => {
  const answers: string[] = [];
  for (const username of [noPlain.username, 'zzzzzzzzz']) {
    const line = await hello(false);
    await line.say('AUTH LOGIN');
    const startedAt = performance.now();
    answers.push(await line.say(base64(username)));
    const ms = performance.now() - startedAt;
    assert.ok(ms >= DELAY_MS - 5 && ms < DELAY_MS + SLACK_MS, `${ms} ms`);
    line.close();
  }
  assert.deepEqual(answers, Array(2).fill('535 5.7.8 Error: authentication failed'));
  const line = await hello(false);
  assert.match(await line.say(plain('', noPlain.username, noPlain.password)), /^535 /);
  assert.match(await line.say(plain('', credential.username, credential.password)), /^235 /);
  line.close();
});

test('failures grow slower for that address and user name only, and never block who knows the password', async () => {
  const username = 'yyyyyyyyy';
  for (let count = 0; count < 3; count++) await tryLogin(plain('', username, 'x'));
  const fourth = await tryLogin(plain('', username, 'x'));
  assert.ok(fourth.ms >= 2 * DELAY_MS - 5, `${fourth.ms} ms`);
  // The least of several: a busy machine may hold one up.
  const [others, rights]: [number[], number[]] = [[], []];
  for (const name of ['xxxxxxxxx', 'xxxxxxxxw', 'xxxxxxxxv']) {
    others.push((await tryLogin(plain('', name, 'x'))).ms);
    const right = await tryLogin(plain('', credential.username, credential.password));
    assert.match(right.reply, /^235 /);
    rights.push(right.ms);
  }
  assert.ok(Math.min(...others) < 2 * DELAY_MS, `${others} ms`);
  assert.ok(Math.min(...rights) < DELAY_MS, `${rights} ms`);
});

test('during a rotation both passwords are live, until the old one expires or is revoked', async () => {
  const { owner } = world.database;
  const { digester } = world.keys;
  const next = await makeCredential(owner, digester, device, { username: credential.username });
  await owner.query(`UPDATE credentials SET expires_at = now() + interval '3 seconds' WHERE id = $1`, [credential.id]);
  await eventually(async () => /^235/.test((await tryLogin(plain('', next.username, next.password))).reply));
  assert.match((await tryLogin(plain('', credential.username, credential.password))).reply, /^235 /);
  await eventually(async () =>
    /^535/.test((await tryLogin(plain('', credential.username, credential.password))).reply),
  );
  assert.match((await tryLogin(plain('', next.username, next.password))).reply, /^235 /);
  await owner.query('UPDATE credentials SET revoked_at = now() WHERE id = $1', [next.id]);
  await eventually(async () => /^535/.test((await tryLogin(plain('', next.username, next.password))).reply));
});

test('a device made a moment ago signs in at once, a deleted one is unknown at once', async () => {
  const fresh = await addDevice(world);
  const login = plain('', fresh.credential.username, fresh.credential.password);
  assert.match((await tryLogin(login)).reply, /^235 /);
  await world.database.owner.query('UPDATE devices SET deleted_at = now() WHERE id = $1', [fresh.device.id]);
  await eventually(async () => /^535/.test((await tryLogin(login)).reply));
});

test('while Postgres cannot be asked, what the snapshot does not know is refused for now, wrong passwords in the same words', async () => {
  const plug = await plugPostgres(world.database.url);
  const cut = await startEdge({
    databaseUrl: plug.url,
    masterKey: world.keys.masterKey,
    env: { AUTH_FAIL_DELAY_MS: String(DELAY_MS) },
  });
  try {
    await plug.pull();
    const fresh = await addDevice(world);
    const tries = [
      [fresh.credential.username, fresh.credential.password],
      [noPlain.username, 'wrongwrongwrongw'],
    ] as const;
    for (const [username, password] of tries) {
      const line = await SmtpLine.open({ port: cut.doors.smtps, tls: {} });
      await line.say('EHLO x');
      const startedAt = performance.now();
      const reply = await line.say(plain('', username, password));
      assert.equal(reply, '454 4.7.0 Temporary authentication failure, try again later');
      assert.ok(performance.now() - startedAt >= DELAY_MS - 5);
      assert.match(await line.say(plain('', noPlain.username, noPlain.password)), /^235 /);
      line.close();
    }
    await plug.putBack();
    const line = await SmtpLine.open({ port: cut.doors.smtps, tls: {} });
    await line.say('EHLO x');
    const { username, password } = fresh.credential;
    await eventually(async () => (await line.say(plain('', username, password))).startsWith('235'));
    line.close();
  } finally {
    await cut.dispose();
    await plug.close();
  }
});

test('no password and no digest is in the log or in the snapshot file', async () => {
  const { readFile } = await import('node:fs/promises');
  const digest = world.keys.digester.digest(noPlain.password);
  const file = await readFile(`${edge.dataDir}/edge/snapshot`);
  const seen = [JSON.stringify(edge.log), file.toString('latin1')];
  for (const secret of [
    noPlain.password,
    digest.toString('base64'),
    digest.toString('hex'),
    digest.toString('latin1'),
  ]) {
    for (const text of seen) assert.ok(!text.includes(secret));
  }
  assert.ok(!file.toString('latin1').includes(noPlain.username));
});
