import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { SmtpLine, type TestCredential } from '@hikyaku/testing';
import { Pop3Line } from './harness/pop3-line.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, eventually, makeWorld, messageOf, queueIdOf, type World } from './harness/world.ts';

/** All of 127.0.0.0/8 is this machine: each device and each neighbour has an address of its own. */
const [HOME, ELSEWHERE] = ['127.0.0.21', '127.0.0.22'];

let world: World;
let edge: RunningEdge;
let mopier: TestCredential;
let mopierId: string;
let strict: TestCredential;
let strictId: string;

before(async () => {
  world = await makeWorld();
  const listed = { recipients_mode: 'allow', recipients: ['owner@example.com'] };
  const made = await addDevice(world, { ...listed, allow_plain_auth: true, pop_before_smtp: true });
  mopier = made.credential;
  mopierId = made.device.id;
  const other = await addDevice(world, { ...listed, pop_before_smtp: true });
  strict = other.credential;
  strictId = other.device.id;
  edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

async function popLogin(who: TestCredential, localAddress: string, tls?: object): Promise<string> {
  const line = await Pop3Line.open(tls ? edge.doors.pop3s : edge.doors.pop3, { localAddress, ...(tls ? { tls } : {}) });
  const user = await line.say(`USER ${who.username}`);
  const reply = user.startsWith('+OK') ? await line.say(`PASS ${who.password}`) : user;
  if (reply.startsWith('+OK')) assert.equal(await line.say('QUIT'), '+OK Bye');
  line.close();
  return reply;
}

/** Replies to MAIL and RCPT of a client that does not sign in. */
async function envelope(localAddress: string, mailFrom: string): Promise<{ line: SmtpLine; replies: string[] }> {
  const line = await SmtpLine.open({ port: edge.doors.submission, localAddress });
  await line.say('EHLO mopier');
  const replies = [await line.say(`MAIL FROM:<${mailFrom}>`), await line.say('RCPT TO:<owner@example.com>')];
  return { line, replies: replies.map((reply) => reply.slice(0, 3)) };
}

test('A8: who signs in by POP sends without AUTH from that address; nobody else does, and his owner reads why not', async () => {
  const sender = `${mopier.username}@office.example`;
  const early = await envelope(HOME, sender);
  assert.deepEqual(early.replies, ['530', '530']);
  await early.line.say('QUIT');
  assert.equal(await popLogin(mopier, HOME), '+OK Maildrop is empty');
  const { line, replies } = await envelope(HOME, sender);
  assert.deepEqual(replies, ['250', '250']);
  assert.match(await line.say('DATA'), /^354 /);
  line.send('Subject: scan\r\n\r\nx\r\n.\r\n');
  const row = await messageOf(world.database.owner, queueIdOf(await line.reply()));
  assert.deepEqual([row.device_id, row.subject], [mopierId, 'scan']);
  // Each mail is asked anew who it is from.
  assert.match(await line.say('MAIL FROM:<somebody.else@office.example>'), /^250 /, 'a private address of a household');
  line.close();
  const two = await envelope(HOME, sender);
  assert.deepEqual(two.replies, ['250', '250']);
  assert.match(await two.line.say('RCPT TO:<stranger@example.com>'), /^550 5\.7\.1 /);
  assert.match(await two.line.say(`MAIL FROM:<${strict.username}@x>`), /^530 5\.7\.0 Authentication required$/);
  assert.match(await two.line.say('RCPT TO:<owner@example.com>'), /^530 /);
  two.line.close();
  assert.deepEqual((await envelope(ELSEWHERE, sender)).replies, ['530', '530']);
  await eventually(async () => {
    const rows = await world.database.owner.query<{ diagnosis: string }>(
      'SELECT diagnosis FROM smtp_sessions WHERE device_id = $1 AND username = $2',
      [mopierId, mopier.username],
    );
    const codes = new Set(rows.map(({ diagnosis }) => diagnosis));
    return codes.has('pop.missing') && codes.has('ok.pop_login') && codes.has('ok.accepted');
  });
  const told = await world.database.owner.query('SELECT 1 FROM smtp_sessions WHERE device_id = $1', [strictId]);
  assert.deepEqual(told, [], 'a session of one device is no other owner’s');
});

test('a POP login without TLS needs the owner’s leave, as any; unknown, forbidden and wrong look the same', async () => {
  assert.equal(await popLogin(strict, ELSEWHERE), '-ERR [AUTH] Error: authentication failed');
  assert.equal(
    await popLogin({ ...mopier, username: 'nobody22' }, ELSEWHERE),
    '-ERR [AUTH] Error: authentication failed',
  );
  assert.equal(await popLogin({ ...mopier, password: 'x' }, ELSEWHERE), '-ERR [AUTH] Error: authentication failed');
  assert.deepEqual((await envelope(ELSEWHERE, `${mopier.username}@x`)).replies, ['530', '530']);
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };
  assert.equal(await popLogin(strict, ELSEWHERE, old), '+OK Maildrop is empty');
  assert.deepEqual((await envelope(ELSEWHERE, `${strict.username}@x`)).replies, ['250', '250']);
});

test('the maildrop is empty, whatever is asked of it', async () => {
  const line = await Pop3Line.open(edge.doors.pop3);
  assert.equal(await line.say('CAPA'), '+OK Capability list follows');
  assert.deepEqual(await line.lines(), ['USER', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE', 'STLS']);
  for (const command of ['STAT', 'LIST', 'RETR 1', 'PASS x', 'APOP a 0123', 'AUTH PLAIN', 'XYZ'])
    assert.match(await line.say(command), /^-ERR /, command);
  line.send(`user ${mopier.username.toUpperCase()}@mail.local\npass ${mopier.password}\nstat\n`);
  for (const expected of ['+OK', '+OK Maildrop is empty', '+OK 0 0']) assert.equal(await line.line(), expected);
  for (const command of ['LIST', 'UIDL']) {
    assert.equal(await line.say(command), '+OK 0 messages');
    assert.deepEqual(await line.lines(), []);
  }
  for (const command of ['LIST 1', 'UIDL 1', 'RETR 1', 'DELE 1', 'TOP 1 0'])
    assert.equal(await line.say(command), '-ERR No such message');
  for (const command of ['NOOP', 'RSET']) assert.equal(await line.say(command), '+OK');
  assert.match(await line.say('STLS'), /^-ERR /);
  assert.equal(await line.say('QUIT'), '+OK Bye');
  assert.equal(await line.rest(), '');
});

test('commands padded with NULs, with CR CR LF, tabs, blank lines and full-width letters are commands here, too', async () => {
  const wide = mopier.username.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  for (const text of [
    `USER ${mopier.username}\0\r\nPASS ${mopier.password}\0\0\r\nSTAT\0\r\n`,
    `USER ${mopier.username}\r\n\0\0PASS ${mopier.password}\r\n\0\0STAT\r\n`,
    `USER ${mopier.username}\r\r\nPASS ${mopier.password}\r\r\nSTAT\r\r\n`,
    `\r\nUSER\t${mopier.username}\r\n\r\nPASS  ${mopier.password}\r\nSTAT \r\n`,
    `USER ${wide}\r\nPASS ${mopier.password}\r\nSTAT\r\n`,
  ]) {
    const line = await Pop3Line.open(edge.doors.pop3);
    line.send(Buffer.from(text));
    for (const expected of ['+OK', '+OK Maildrop is empty', '+OK 0 0'])
      assert.equal(await line.line(), expected, JSON.stringify(text));
    line.close();
  }
});

test('what comes in plain behind STLS is thrown away; a name given before it counts no more', async () => {
  for (const injected of [
    '',
    `USER ${mopier.username}\r\nPASS ${mopier.password}\r\n`,
    `USER ${mopier.username}\r\n`,
    'QUIT\r\n',
    'STAT',
    'USER ',
  ]) {
    const line = await Pop3Line.open(edge.doors.pop3);
    assert.equal(await line.say(`USER ${mopier.username}`), '+OK');
    line.send(`STLS\r\n${injected}`);
    assert.equal(await line.line(), '+OK Begin TLS now');
    await line.secure();
    assert.equal(await line.say(`PASS ${mopier.password}`), '-ERR USER comes first', injected);
    assert.match(await line.say('STAT'), /^-ERR /, injected);
    assert.equal(await line.say('CAPA'), '+OK Capability list follows');
    assert.deepEqual(await line.lines(), ['USER', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE']);
    assert.match(await line.say('STLS'), /^-ERR /);
    assert.equal(await line.say(`USER ${mopier.username}`), '+OK');
    assert.equal(await line.say(`PASS ${mopier.password}`), '+OK Maildrop is empty');
    line.close();
  }
});

test('the wrong kind of door, a line without end, and too many mistakes are told and ended', async () => {
  await assert.rejects(Pop3Line.open(edge.doors.pop3, { tls: {} }));
  const secure = await SmtpLine.connect({ port: edge.doors.pop3s });
  secure.send('CAPA\r\n');
  assert.equal(await secure.rest(), `-ERR this port starts with TLS; use ${edge.doors.pop3}\r\n`);
  const long = await Pop3Line.open(edge.doors.pop3);
  long.send('USER '.padEnd(5000, 'x'));
  assert.equal(await long.rest(), '-ERR Line too long\r\n');
  const guessing = await Pop3Line.open(edge.doors.pop3);
  let last = '';
  for (let count = 0; count < 6; count++) {
    guessing.send(`USER ${mopier.username}\r\nPASS wrong${count}\r\n`);
    await guessing.line();
    last = await guessing.line();
  }
  assert.equal(last, '-ERR Too many errors');
  assert.equal(await guessing.rest(), '');
});

/** Sends what ends its dialogue, then a byte ten times a second, and never its own end; resolves to what it was told, once it is cut. */
function sendOnForEver(port: number, first: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let told = '';
    const dripping = setInterval(() => socket.write('x'), 100);
    const limit = setTimeout(() => {
      socket.destroy();
      reject(new Error(`never cut; told ${JSON.stringify(told)}`));
    }, 30_000);
    socket.on('data', (bytes) => {
      told += bytes.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(dripping);
      clearTimeout(limit);
      resolve(told);
    });
    socket.write(first);
  });
}

test('who goes on sending after the last word is cut: at the POP doors, at TLS doors in plain, and behind QUIT', async () => {
  const { pop3, pop3s, smtps, submission } = edge.doors;
  const told = await Promise.all([
    sendOnForEver(pop3, 'USER '.padEnd(5000, 'x')),
    sendOnForEver(pop3s, 'CAPA\r\n'),
    sendOnForEver(smtps, 'EHLO x\r\n'),
    sendOnForEver(submission, 'QUIT\r\n'),
  ]);
  for (const [index, words] of [/-ERR Line too long/, /^-ERR this port/, /^421 this port/, /\n221 /].entries())
    assert.match(told[index]!, words);
});

test('T1 at the POP door: who speaks TLS at once is taken at his word the next time', async () => {
  const localAddress = '127.0.0.31';
  const open = () => Pop3Line.open(edge.doors.pop3, { tls: {}, localAddress });
  await assert.rejects(open());
  // On a busy machine the hello may come later than it is waited for, which teaches it anew.
  const line = await open().catch(open).catch(open).catch(open);
  assert.match(await line.say('STLS'), /^-ERR /);
  line.close();
});
