import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { reservePorts, SmtpLine, type TestCredential } from '@hikyaku/testing';
import { CLIENT_PROGRAMS } from './harness/client-programs.ts';
import { makeEximClient } from './harness/exim-client.ts';
import { startPostfixClient } from './harness/postfix-client.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import {
  addDevice,
  base64,
  contentOf,
  eventually,
  makeWorld,
  messageOf,
  messagesOf,
  sendMail,
  signIn,
  type World,
} from './harness/world.ts';

let world: World;
let edge: RunningEdge;
let credential: TestCredential;

before(async () => {
  world = await makeWorld();
  ({ credential } = await addDevice(world));
  edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

/** Runs a program to its end. */
function run(command: string, args: string[], input = ''): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout!.on('data', (chunk) => (output += chunk));
    child.stderr!.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin!.end(input);
  });
}

/** A handshake by openssl's own client, as old as asked for. */
const openssl = (port: number, ...args: string[]) =>
  run('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-cipher', 'DEFAULT@SECLEVEL=0', ...args], 'QUIT\r\n');

for (const [flag, version] of [
  ['-tls1', 'TLSv1'],
  ['-tls1_1', 'TLSv1.1'],
  ['-tls1_2', 'TLSv1.2'],
] as const) {
  test(`T3, T7: the legacy doors speak ${version} with an RSA certificate, by STARTTLS and from the first byte`, async () => {
    const implicit = await openssl(edge.doors['legacy-smtps'], flag);
    assert.match(implicit.output, new RegExp(`Protocol *: ${version}\\n`));
    assert.match(implicit.output, /Server public key is 2048 bit/);
    const upgraded = await openssl(edge.doors['legacy-submission'], flag, '-starttls', 'smtp');
    assert.match(upgraded.output, new RegExp(`Protocol *: ${version}\\n`));
  });
}

test('T3: the other doors refuse TLS 1.0 and 1.1, and speak 1.2 and 1.3', async () => {
  for (const flag of ['-tls1', '-tls1_1']) {
    assert.notEqual((await openssl(edge.doors.smtps, flag)).code, 0);
    assert.notEqual((await openssl(edge.doors.submission, flag, '-starttls', 'smtp')).code, 0);
  }
  for (const flag of ['-tls1_2', '-tls1_3']) assert.equal((await openssl(edge.doors.smtps, flag)).code, 0);
});

test('T4: who speaks SSLv3 gets an alert at every door, and the next one is served', async () => {
  // A whole ClientHello of that version: one cipher suite, no extension.
  const hello = Buffer.concat([
    Buffer.from('160300002d010000290300', 'hex'),
    Buffer.alloc(32, 7),
    Buffer.from('000002000a0100', 'hex'),
  ]);
  for (const door of ['smtps', 'legacy-smtps', 'pop3s'] as const) {
    const line = await SmtpLine.connect({ port: edge.doors[door] });
    line.send(hello);
    const [kind, , , , , level] = Buffer.from(await line.rest(), 'latin1');
    assert.deepEqual([kind, level], [21, 2], `${door}: a fatal alert`);
    (await SmtpLine.connect({ port: edge.doors[door], tls: {} })).close();
  }
});

test('T1, T3: a ClientHello in the form of SSL 2.0, which old libraries offer TLS 1.0 by, is answered at the legacy doors from the first byte and behind STARTTLS, and learnt at a door that begins in plain', async () => {
  // Version 3.1, two cipher suites of TLS, no session, a challenge of 32 bytes.
  const hello = Buffer.concat([
    Buffer.from('802f010301000600000020', 'hex'),
    Buffer.from('00002f000035', 'hex'),
    Buffer.alloc(32, 7),
  ]);
  const answerTo = async (line: SmtpLine): Promise<number[]> => {
    const at = line.chunks.length;
    line.send(hello);
    await eventually(async () => line.chunks.length > at);
    return [...line.chunks.slice(at).join('')].slice(0, 6).map((sign) => sign.charCodeAt(0));
  };
  /** A handshake record of TLS 1.0 with a ServerHello in it. */
  const isServerHello = ([kind, major, minor, , , type]: number[]) =>
    assert.deepEqual([kind, major, minor, type], [22, 3, 1, 2]);
  for (const door of ['legacy-smtps', 'pop3s'] as const) {
    const line = await SmtpLine.connect({ port: edge.doors[door] });
    isServerHello(await answerTo(line));
    line.close();
  }
  const upgraded = await SmtpLine.open({ port: edge.doors['legacy-submission'] });
  await upgraded.say('EHLO old');
  assert.match(await upgraded.say('STARTTLS'), /^220 /);
  isServerHello(await answerTo(upgraded));
  upgraded.close();
  const modern = await SmtpLine.connect({ port: edge.doors.smtps });
  assert.equal((await answerTo(modern))[0], 21, 'an alert: TLS 1.0 is for the legacy doors');
  modern.close();
  const localAddress = '127.0.0.77';
  const first = await SmtpLine.open({ port: edge.doors['legacy-submission'], localAddress });
  first.send(hello);
  assert.equal(await first.rest(), '');
  await eventually(async () => {
    const line = await SmtpLine.connect({ port: edge.doors['legacy-submission'], localAddress });
    const [kind] = await answerTo(line);
    line.close();
    return kind === 22;
  });
});

test('a device whose owner refuses old encryption is told so by its diagnosis, and gets the words of any refused login', async () => {
  const { device, credential: refusing } = await addDevice(world, { legacy_tls_mode: 'refuse' });
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const login = base64(`\0${refusing.username}\0${refusing.password}`);
  const line = await SmtpLine.open({ port: edge.doors['legacy-smtps'], tls: old });
  assert.equal(await line.say(`AUTH PLAIN ${login}`), '535 5.7.8 Error: authentication failed');
  line.close();
  const modern = await SmtpLine.open({ port: edge.doors['legacy-smtps'], tls: {} });
  assert.match(await modern.say(`AUTH PLAIN ${login}`), /^235 /);
  modern.close();
  const allowed = await SmtpLine.open({ port: edge.doors['legacy-smtps'], tls: old });
  await signIn(allowed, credential);
  await sendMail(allowed, 'Subject: old\r\n\r\n');
  assert.match(await allowed.say('QUIT'), /^221 /);
  const found = await eventually(async () => {
    const rows = await world.database.owner.query<{ diagnosis: string; device_id: string }>(
      `SELECT diagnosis, device_id FROM smtp_sessions WHERE diagnosis LIKE 'tls.old%' ORDER BY diagnosis`,
    );
    return rows.length === 2 && rows;
  });
  assert.deepEqual(
    found.map(({ diagnosis }) => diagnosis),
    ['tls.old', 'tls.old_refused'],
  );
  assert.equal(found[1]!.device_id, device.id);
});

/** Kind of the certificate, and the cipher, that a client gets. */
async function served(
  door: 'smtps' | 'submission' | 'legacy-smtps' | 'pop3s',
  options: ConnectionOptions,
): Promise<string> {
  const raw = connectPlain(edge.doors[door], '127.0.0.1');
  if (door === 'submission') {
    await once(raw, 'data');
    raw.write('STARTTLS\r\n');
    await once(raw, 'data');
    raw.removeAllListeners('data');
  }
  const socket = connect({ socket: raw, rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  const found = `${socket.getPeerX509Certificate()?.publicKey.asymmetricKeyType} ${socket.getCipher().name}`;
  socket.destroy();
  return found;
}

for (const door of ['smtps', 'submission'] as const) {
  test(`T5: clients get ECDSA or RSA, whichever they can, with a server name or without: ${door}`, async () => {
    for (const servername of ['relay.example', '']) {
      const ec = { servername, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const;
      assert.match(await served(door, ec), /^ec ECDHE-ECDSA-/);
      assert.match(await served(door, { ...ec, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }), /^rsa ECDHE-RSA-/);
      assert.match(await served(door, { servername }), /^ec TLS_/);
    }
  });
}

test('modern doors have forward secrecy only; the doors for old devices have static RSA too, and choose it last', async () => {
  assert.match(await served('submission', {}), / TLS_AES_128_GCM_SHA256$/);
  assert.match(await served('submission', { maxVersion: 'TLSv1.2' }), / ECDHE-ECDSA-AES128-GCM-SHA256$/);
  const rsa = { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES128-SHA' } as const;
  await assert.rejects(served('smtps', rsa));
  const last = { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:ECDHE-RSA-AES128-SHA' } as const;
  assert.equal(await served('smtps', last), 'rsa ECDHE-RSA-AES128-SHA');
  for (const door of ['legacy-smtps', 'pop3s'] as const) {
    assert.equal(await served(door, rsa), 'rsa AES128-GCM-SHA256');
    assert.equal(await served(door, last), 'rsa ECDHE-RSA-AES128-SHA');
  }
});

/** One session to the door; resolves to whether it went on from an earlier one, and to what a later one may go on from. */
async function resumed(port: number, options: ConnectionOptions): Promise<{ isReused: boolean; session: Buffer }> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  const session = once(socket, 'session') as Promise<[Buffer]>;
  // The greeting is behind the tickets of TLS 1.3.
  await once(socket, 'data');
  const isReused = socket.isSessionReused();
  const found = isReused ? (options.session as Buffer) : (await session)[0];
  socket.destroy();
  return { isReused, session: found };
}

test('a session of TLS goes on where an earlier one ended, of any version, but not from an old one’s door to another', async () => {
  for (const [door, version] of [
    ['smtps', 'TLSv1.3'],
    ['smtps', 'TLSv1.2'],
    ['legacy-smtps', 'TLSv1'],
  ] as const) {
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const first = await resumed(edge.doors[door], options);
    assert.equal(first.isReused, false);
    const again = await resumed(edge.doors[door], { ...options, session: first.session });
    assert.equal(again.isReused, true, version);
  }
  const legacy = await resumed(edge.doors['legacy-smtps'], { maxVersion: 'TLSv1.2' });
  assert.equal((await resumed(edge.doors.smtps, { maxVersion: 'TLSv1.2', session: legacy.session })).isReused, false);
});

test('the private keys are nobody else’s to read', async () => {
  for (const name of ['ecdsa.key.pem', 'rsa.key.pem']) {
    assert.equal((await stat(join(edge.dataDir, 'tls', name))).mode & 0o777, 0o600);
  }
});

test('swaks sends by STARTTLS and by implicit TLS', async () => {
  for (const how of [
    ['--port', String(edge.doors.submission), '-tls'],
    ['--port', String(edge.doors.smtps), '-tlsc'],
  ]) {
    const body = `swaks body ${how[2]}`;
    const { code, output } = await run('swaks', [
      '--server',
      '127.0.0.1',
      ...how,
      '--auth',
      '--auth-user',
      credential.username,
      '--auth-password',
      credential.password,
      '--from',
      'camera@example.com',
      '--to',
      'owner@example.com',
      '--body',
      body,
    ]);
    assert.equal(code, 0, output);
    const row = await messageOf(world.database.owner, /queued as (\S+)/.exec(output)![1]!);
    assert.match(String(await contentOf(world, edge.dataDir, row)), new RegExp(body));
  }
});

test('Python’s smtplib sends by STARTTLS, by implicit TLS, and a mail with dots and long lines as it is', async () => {
  const script = `
import smtplib, ssl, sys
context = ssl._create_unverified_context()
user, password, submission, smtps = sys.argv[1:]
message = "Subject: python\\r\\n\\r\\n.dot\\r\\n..dots\\r\\n" + "x" * 5000 + "\\r\\n"
with smtplib.SMTP("127.0.0.1", int(submission)) as client:
    client.starttls(context=context)
    client.login(user, password)
    client.sendmail("camera@example.com", ["owner@example.com"], message)
    client.sendmail("camera@example.com", ["owner@example.com"], message)
with smtplib.SMTP_SSL("127.0.0.1", int(smtps), context=context) as client:
    client.login(user, password)
    client.sendmail("camera@example.com", ["owner@example.com"], message)
`;
  const { submission, smtps } = edge.doors;
  const { code, output } = await run('python3', [
    '-c',
    script,
    credential.username,
    credential.password,
    `${submission}`,
    `${smtps}`,
  ]);
  assert.equal(code, 0, output);
  const rows = await eventually(async () => {
    const found = (await messagesOf(world.database.owner)).filter(({ subject }) => subject === 'python');
    return found.length === 3 && found;
  });
  for (const row of rows) {
    const content = String(await contentOf(world, edge.dataDir, row));
    assert.equal(content, `Subject: python\r\n\r\n.dot\r\n..dots\r\n${'x'.repeat(5000)}\r\n`);
  }
});

/** Rows by their subject, with what came. */
async function receivedAs(subject: string): Promise<{ content: string; recipients: string[] }> {
  const row = await eventually(async () =>
    (await messagesOf(world.database.owner)).find((found) => found.subject === subject),
  );
  return { content: String(await contentOf(world, edge.dataDir, row)), recipients: row.recipients };
}

test('curl sends by STARTTLS and by implicit TLS', async () => {
  for (const url of [`smtp://127.0.0.1:${edge.doors.submission}`, `smtps://127.0.0.1:${edge.doors.smtps}`]) {
    const subject = `curl ${url.slice(0, 5)}`;
    const { code, output } = await run(
      'curl',
      [
        ...['--silent', '--show-error', '--insecure', '--ssl-reqd', '--url', url, '--upload-file', '-'],
        ...['--user', `${credential.username}:${credential.password}`],
        ...['--mail-from', 'camera@example.com', '--mail-rcpt', 'owner@example.com'],
      ],
      `Subject: ${subject}\r\n\r\n.dot\r\n`,
    );
    assert.equal(code, 0, output);
    assert.match((await receivedAs(subject)).content, /\r\n\r\n\.dot\r\n$/);
  }
});

for (const [program, call] of Object.entries(CLIENT_PROGRAMS)) {
  test(`${program} sends by STARTTLS and, where it can, by implicit TLS`, async () => {
    for (const door of ['submission', 'smtps'] as const) {
      const subject = `${program} by ${door}`;
      const target = { door, port: edge.doors[door], subject, ...credential };
      const made = call(target);
      if (!made) continue;
      const { code, output } = await run(made.command, made.args, made.input);
      assert.equal(code, 0, output);
      const { content, recipients } = await receivedAs(subject);
      assert.match(content, /first\r\n\.dot\r\nlast\r\n/);
      assert.deepEqual(recipients, ['owner@example.com']);
    }
  });
}

test('a Postfix whose smarthost we are brings its mail, several recipients in one go', async () => {
  const [port] = await reservePorts(1);
  const postfix = startPostfixClient(port!, { port: edge.doors.submission, ...credential });
  try {
    const line = await SmtpLine.open({ port: port! });
    await line.say('EHLO site.example');
    await line.say('MAIL FROM:<camera@example.com>');
    for (const to of ['owner', 'guard']) await line.say(`RCPT TO:<${to}@example.com>`);
    await line.say('DATA');
    assert.match(await line.say('Subject: by Postfix\r\n\r\n..dot\r\nlast\r\n.'), /^250 /);
    line.close();
    const { content, recipients } = await receivedAs('by Postfix').catch((error) => {
      throw new Error(`${error.message}\n${postfix.log()}`);
    });
    assert.deepEqual(recipients.sort(), ['guard@example.com', 'owner@example.com']);
    assert.match(content, /\r\n\r\n\.dot\r\nlast\r\n$/);
  } finally {
    postfix.stop();
  }
});

test('an Exim whose smarthost we are brings its mail, several recipients in one go', async () => {
  const exim = makeEximClient({ port: edge.doors.submission, ...credential });
  try {
    const { code, output } = await run(
      exim.command,
      [...exim.args, '-f', 'camera@example.com', 'owner@example.com', 'guard@example.com'],
      'Subject: smarthost\n\n.dot\nlast\n',
    );
    assert.equal(code, 0, output);
    const { content, recipients } = await receivedAs('smarthost').catch((error) => {
      throw new Error(`${error.message}\n${exim.log()}`);
    });
    assert.deepEqual(recipients.sort(), ['guard@example.com', 'owner@example.com']);
    assert.match(content, /\r\n\r\n\.dot\r\nlast\r\n$/);
  } finally {
    exim.remove();
  }
});

test('a session that offers TLS garbage ends, and the door lives on', async () => {
  const line = await SmtpLine.connect({ port: edge.doors.smtps });
  line.send(Buffer.from('16030100050100000000', 'hex'));
  await line.rest();
  const upgraded = await SmtpLine.open({ port: edge.doors.submission });
  await upgraded.say('STARTTLS');
  upgraded.send('this is no ClientHello\r\n');
  await upgraded.rest();
  (await SmtpLine.open({ port: edge.doors.smtps, tls: {} })).close();
});
