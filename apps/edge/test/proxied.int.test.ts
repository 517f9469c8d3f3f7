import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reservePorts, SmtpLine, type TestCredential } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, sendMail, signIn, type World } from './harness/world.ts';

/** All of 127.0.0.0/8 is this machine: the balancer is at one address, devices at others. */
const [PROXY, CAMERA, PRINTER, COPIER] = ['127.0.0.1', '127.0.0.8', '127.0.0.9', '127.0.0.10'];
const PER_ADDRESS = 5;

let world: World;
let edge: RunningEdge;
let credential: TestCredential;
let haproxy: ChildProcess;
let ports: number[];
const dir = mkdtempSync(join(tmpdir(), 'hikyaku-haproxy-'));

before(async () => {
  world = await makeWorld();
  ({ credential } = await addDevice(world, { allow_plain_auth: true }));
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { PROXY_SOURCES: `${PROXY}/32,fd00::/8`, MAX_CONNECTIONS_PER_ADDRESS: String(PER_ADDRESS) },
  });
  ports = await reservePorts(3);
  haproxy = await startHaproxy([
    [ports[0]!, edge.doors.submission, 'send-proxy'],
    [ports[1]!, edge.doors.submission, 'send-proxy-v2'],
    [ports[2]!, edge.doors.smtps, 'send-proxy-v2 proxy-v2-options unique-id,crc32c check check-send-proxy inter 200'],
  ]);
});
after(async () => {
  haproxy?.kill('SIGKILL');
  await edge?.dispose();
  await world?.database.close();
  await rm(dir, { recursive: true, force: true });
});

/** HAProxy in the foreground, listening for devices and telling the edge who they are. */
async function startHaproxy(routes: [from: number, to: number, options: string][]): Promise<ChildProcess> {
  const file = join(dir, 'haproxy.cfg');
  const sections = routes.map(
    ([from, to, options]) => `listen port${from}\n  bind 127.0.0.1:${from}\n  server edge 127.0.0.1:${to} ${options}\n`,
  );
  writeFileSync(
    file,
    `global\n  nbthread 1\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n${sections.join('')}`,
  );
  const child = spawn('/usr/sbin/haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}`);
    const line = await SmtpLine.connect({ port: ports[0]!, localAddress: CAMERA }).catch(() => null);
    line?.close();
    return line !== null;
  });
  return child;
}

const addressOf = async (queueId: string): Promise<string> =>
  eventually(async () => {
    const rows = await world.database.owner.query<{ address: string }>(
      `SELECT e.data ->> 'address' AS address FROM message_events e JOIN messages m ON m.id = e.message_id
       WHERE m.queue_id = $1 AND e.kind = 'accepted'`,
      [queueId],
    );
    return rows[0]?.address;
  });

/** A connection that begins with these bytes. */
async function beginning(bytes: string, localAddress = PROXY): Promise<SmtpLine> {
  const line = await SmtpLine.connect({ port: edge.doors.submission, localAddress });
  line.send(bytes);
  return line;
}

test('behind HAProxy a mail keeps the device’s own address: version 1, version 2, and version 2 before TLS', async () => {
  for (const [index, tls] of [undefined, undefined, {}].entries()) {
    const line = await SmtpLine.open({ port: ports[index]!, localAddress: CAMERA, ...(tls ? { tls } : {}) });
    await signIn(line, credential);
    assert.equal(await addressOf(await sendMail(line, 'Subject: x\r\n\r\nbody')), CAMERA);
    line.close();
  }
});

test('behind HAProxy one address that has all its connections takes nobody else’s', async () => {
  const held: SmtpLine[] = [];
  const open = async (localAddress: string): Promise<string> => {
    const line = await SmtpLine.connect({ port: ports[1]!, localAddress });
    held.push(line);
    return (await line.reply()).slice(0, 3);
  };
  for (let count = 0; count < PER_ADDRESS; count++) assert.equal(await open(COPIER), '220');
  // The oldest stranger of the same address makes way, whoever else is behind the balancer stays.
  assert.equal(await open(PRINTER), '220');
  assert.equal(await open(COPIER), '220');
  assert.match(await held[0]!.rest(), /^421 /);
  assert.match(await held[PER_ADDRESS]!.say('NOOP'), /^250 /);
  for (const line of held) line.close();
});

test('a header and the commands behind it in one packet are both read; one that comes byte by byte too', async () => {
  const whole = await beginning('PROXY TCP4 203.0.113.9 127.0.0.1 40000 587\r\nNOOP\r\n');
  await whole.expect(220);
  await whole.expect(250);
  whole.close();
  const slow = await beginning('');
  for (const byte of 'PROXY TCP6 2001:db8::9 ::1 40000 587\r\n') {
    slow.send(byte);
    await new Promise(setImmediate);
  }
  await slow.expect(220);
  await signIn(slow, credential);
  assert.equal(await addressOf(await sendMail(slow, 'Subject: x\r\n\r\nbody')), '2001:db8::9');
  slow.close();
});

test('a proxy that knows no client, or looks for itself, is served at its own address', async () => {
  for (const header of ['PROXY UNKNOWN\r\n', '\r\n\r\n\0\r\nQUIT\n \0\0\0']) {
    const line = await beginning(header);
    await line.expect(220);
    line.close();
  }
});

test('from a proxy’s address nothing is served without a header, so that no client’s bytes can stand in for one', async () => {
  for (const bytes of ['EHLO camera\r\n', 'PROXY TCP4 here there 1 2\r\n', '\r\n\r\n\0\r\nQUIT\n1\x11\0\0']) {
    const line = await beginning(bytes);
    assert.match(await line.rest(), /^421 4\.3\.0 [^\n]+\r\n$/, JSON.stringify(bytes));
  }
  await eventually(async () => edge.log.filter(({ event }) => event === 'proxy.no_header').length >= 3);
});

test('nobody else’s header is believed: it is a command like another', async () => {
  const line = await beginning('PROXY TCP4 203.0.113.9 127.0.0.1 40000 587\r\n', CAMERA);
  await line.expect(220);
  assert.match(await line.reply(), /^50\d /);
  await line.say('EHLO camera');
  assert.match(await line.say(`AUTH PLAIN ${base64(`\0${credential.username}\0${credential.password}`)}`), /^235/);
  assert.equal(await addressOf(await sendMail(line, 'Subject: x\r\n\r\nbody')), CAMERA);
  line.close();
});
