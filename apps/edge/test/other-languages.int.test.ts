import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { SmtpLine, type TestCredential, type TestDevice } from '@hikyaku/testing';
import { followSessions, insertWatch } from './harness/session-rows.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, type World } from './harness/world.ts';

/** What owners are told where the wrong program, or the right one at the wrong door, speaks to us. */

let world: World;
let edge: RunningEdge;
let device: TestDevice;
let credential: TestCredential;

before(async () => {
  world = await makeWorld();
  const allowed = { recipients_mode: 'allow', recipients: ['owner@example.com'] };
  ({ device, credential } = await addDevice(world, allowed));
  await insertWatch(world.database.owner, device.id, world.tenantId);
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { SMTP_IDLE_MS: '3000', AUTH_FAIL_DELAY_MS: '1' },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

interface Row {
  id: string;
  diagnosis: string;
  facts: { seen: string | null; rightDoor: string | null; oddities: string[] };
}
const { nextSession, skipSession } = followSessions<Row>(() => world.database.owner);

/** Bytes on a new connection; it ends its side at once, and reads to the end. */
const raw = (door: keyof RunningEdge['doors'], bytes: string) => (): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(edge.doors[door], '127.0.0.1');
    socket.on('error', () => {});
    socket.once('close', () => resolve());
    socket.once('data', () => socket.end());
    socket.once('connect', () => (bytes ? socket.write(bytes) : undefined));
  });
/** Lines over TLS; then it hangs up. */
const secured =
  (...lines: string[]) =>
  async (): Promise<void> => {
    const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
    for (const words of lines) await line.say(words);
    line.close();
  };

type Case = [code: string, act: () => Promise<void>, facts: Partial<Row['facts']>];
const cases = (): Record<string, Case> => {
  const { username, password } = credential;
  return {
    'a browser': ['session.not_smtp', raw('submission', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), { seen: 'HTTP' }],
    'a browser at the port that starts with TLS': [
      'session.not_smtp',
      raw('smtps', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      { seen: 'HTTP' },
    ],
    'a browser by https': ['session.not_smtp', secured('GET / HTTP/1.1'), { seen: 'HTTP' }],
    'a recorder that takes us for a camera': [
      'session.not_smtp',
      raw('submission', 'OPTIONS rtsp://relay.example:587/ RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
      { seen: 'RTSP' },
    ],
    'a door station that takes us for its exchange': [
      'session.not_smtp',
      raw('submission', 'REGISTER sip:relay.example SIP/2.0\r\nVia: SIP/2.0/TCP x\r\n\r\n'),
      { seen: 'SIP' },
    ],
    'the same at the port for POP': [
      'session.not_smtp',
      raw('pop3', 'REGISTER sip:relay.example SIP/2.0\r\n\r\n'),
      { seen: 'SIP' },
    ],
    'a program that fetches mail by IMAP': [
      'session.not_smtp',
      raw('submission', 'a1 LOGIN x y\r\n'),
      { seen: 'IMAP' },
    ],
    'a client of SMTP that POP’s greeting sends away': ['session.left', raw('pop3', ''), { rightDoor: 'submission' }],
    'a login without encryption, by a form that may know SSL alone': [
      'auth.plain_refused',
      async () => {
        const line = await SmtpLine.open({ port: edge.doors.submission });
        for (const words of ['EHLO camera', 'AUTH LOGIN', base64(username)]) await line.say(words);
        line.close();
      },
      { rightDoor: 'smtps' },
    ],
    'EHLO and a name without a blank between': [
      'session.greeted_only',
      raw('submission', 'EHLOcamera\r\nQUIT\r\n'),
      { seen: 'camera' },
    ],
    'the list of ways to sign in, said back whole': [
      'ok.login_only',
      secured('EHLO camera', 'AUTH LOGIN PLAIN', base64(username), base64(password)),
      {},
    ],
    'an old app password of the mailbox': [
      'auth.wrong_password',
      secured('EHLO camera', `AUTH PLAIN ${base64(`\0${username}\0abcd efgh ijkl mnop`)}`),
      { oddities: ['app_password'] },
    ],
    'recipients that Japanese commas part': [
      'rcpt.not_allowed',
      secured(
        'EHLO camera',
        `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`,
        'MAIL FROM:<a@example.com>',
        'RCPT TO:<owner@example.com、b@example.com>',
      ),
      { seen: 'b@example.com' },
    ],
    'STARTTLS with a word behind it': [
      'tls.unreadable',
      raw('submission', 'EHLO camera\r\nSTARTTLS mail.local\r\nQUIT\r\n'),
      { rightDoor: 'smtps' },
    ],
    'STLS with a word behind it': ['tls.unreadable', raw('pop3', 'STLS now\r\nQUIT\r\n'), { rightDoor: 'pop3s' }],
  };
};

test('what is no mail program, or is at the wrong door, is told by its name', async (t) => {
  // The edge looks for windows every second; what spoke before its last look is nobody's, or told late.
  await eventually(async () => {
    await secured('EHLO greeting', 'QUIT')();
    const rows = await world.database.owner.query('SELECT FROM smtp_sessions');
    return rows.length > 0;
  });
  await secured('EHLO the-last', 'QUIT')();
  await eventually(async () => {
    const rows = await world.database.owner.query<{ id: string; hello: string }>('SELECT id, hello FROM smtp_sessions');
    for (const { id } of rows) skipSession(id);
    return rows.some(({ hello }) => hello === 'the-last');
  });
  for (const [name, [code, act, facts]] of Object.entries(cases()))
    await t.test(name, async () => {
      await act();
      const row = await nextSession();
      assert.equal(row.diagnosis, code, JSON.stringify(row.facts));
      for (const [key, value] of Object.entries(facts))
        assert.deepEqual(row.facts[key as keyof Row['facts']], value, key);
    });
});
