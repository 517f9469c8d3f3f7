import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { SmtpLine, type TestCredential } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import {
  addDevice,
  base64,
  contentOf,
  eventually,
  makeWorld,
  messageOf,
  messagesOf,
  queueIdOf,
  sendMail,
  signIn,
  type World,
} from './harness/world.ts';

/** Lines that were tried against this edge and others; `now` is what an earlier state of it did. */
const LINES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../packages/testing/fixtures/device-mails/smtp-lines.json'), 'utf8'),
) as {
  end_of_data: { sequences: string[]; tail: string };
  starttls_injection: { after_STARTTLS: string[] };
  rcpt: { say: string; expected: string }[];
  other: { say: string; expected: string }[];
};
/** What tools for this attack try besides: doubled and mixed line ends, blanks and controls that a reader may skip, other bytes that end a line somewhere. */
const MORE_MARKS = [
  ...['\n\n.\r\n', '\n\n.\n\n', '\n\r.\r\n', '\n\r\n.\r', '\r\n\r.\r\n', '\r\n.\n\r\n', '\n..\n'],
  ...['\r\n\t.\r\n', '\r\n\b.\r\n', '\v.\v', '\f.\f'],
];
const HEAD = 'Subject: first\r\n\r\nbody';

let world: World;
let edge: RunningEdge;
let credential: TestCredential;
let login: string;

before(async () => {
  world = await makeWorld();
  ({ credential } = await addDevice(world, { allow_plain_auth: true }));
  login = base64(`\0${credential.username}\0${credential.password}`);
  edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

async function open(how: 'plain' | 'starttls' | 'implicit' = 'plain', who = credential): Promise<SmtpLine> {
  const line = await SmtpLine.open(
    how === 'implicit' ? { port: edge.doors.smtps, tls: {} } : { port: edge.doors.submission },
  );
  if (how === 'starttls') {
    await line.say('STARTTLS');
    await line.secure();
  }
  await signIn(line, who);
  return line;
}

async function startData(line: SmtpLine): Promise<void> {
  await line.say('MAIL FROM:<a@b.example>');
  await line.say('RCPT TO:<owner@example.com>');
  assert.match(await line.say('DATA'), /^354 /);
}

/** Each piece is read by itself, as far as that is ours to say. */
async function sendPieces(line: SmtpLine, pieces: Buffer[]): Promise<void> {
  for (const piece of pieces) {
    line.send(piece);
    await turn();
  }
}

const CUTS: Record<string, (bytes: Buffer, dot: number) => Buffer[]> = {
  whole: (bytes) => [bytes],
  'at the dot': (bytes, dot) => [bytes.subarray(0, dot), bytes.subarray(dot, dot + 1), bytes.subarray(dot + 1)],
  'byte by byte': (bytes) => Array.from(bytes, (byte) => Buffer.of(byte)),
};

test('no end mark but CRLF . CRLF ends a mail that goes on, however it is cut, in plain and in TLS', async () => {
  const { sequences, tail } = LINES.end_of_data;
  const mails = [...sequences, ...MORE_MARKS].flatMap((sequence) =>
    (/[^\0-\x7f]/.test(sequence) ? (['latin1', 'utf8'] as const) : (['latin1'] as const)).flatMap((encoding) => {
      const bytes = Buffer.concat([Buffer.from(HEAD), Buffer.from(sequence, encoding), Buffer.from(tail)]);
      return Object.entries(CUTS).map(([cut, pieces]) => ({
        what: `${JSON.stringify(sequence)} ${encoding} ${cut}`,
        pieces: pieces(bytes, bytes.indexOf('.', HEAD.length)),
        // All of it but the end mark, and but the first dot of a doubled one.
        size: bytes.length - '.\r\n'.length - (sequence.includes('..') ? 1 : 0),
      }));
    }),
  );
  const sent = new Map<string, (typeof mails)[number]>();
  const play = async (how: 'plain' | 'starttls' | 'implicit') => {
    const line = await open(how);
    for (const mail of mails) {
      await startData(line);
      await sendPieces(line, mail.pieces);
      sent.set(queueIdOf(await line.reply()), mail);
    }
    assert.match(await line.say('NOOP'), /^250 2\.0\.0 Ok$/);
    line.close();
  };
  await Promise.all([play('plain'), play('starttls'), play('implicit')]);
  assert.equal(sent.size, 3 * mails.length);
  const rows = await eventually(async () => {
    const found = await messagesOf(world.database.owner);
    return found.length >= sent.size && found;
  });
  for (const { queue_id, subject, size_bytes, recipients } of rows) {
    const mail = sent.get(queue_id);
    assert.deepEqual([subject, size_bytes, recipients], ['first', mail?.size, ['owner@example.com']], mail?.what);
  }
  assert.equal(rows.length, sent.size);
});

test('D2, D3: a mark that is not strict ends the mail when three seconds of silence follow, and never before', async () => {
  const marks = ['\n.\r\n', '\n.\n', '\r\n.\n', '\r\r\n.\r\r\n'];
  await Promise.all([
    ...marks.map(async (mark) => {
      const line = await open();
      await startData(line);
      const startedAt = performance.now();
      line.send(`Subject: loose\n\nbody${mark}`);
      const queueId = queueIdOf(await line.reply());
      const waitedMs = performance.now() - startedAt;
      assert.ok(waitedMs >= 2900, `${JSON.stringify(mark)} after ${waitedMs} ms`);
      const content = await contentOf(world, edge.dataDir, await messageOf(world.database.owner, queueId));
      assert.equal(String(content), `Subject: loose\n\nbody${mark.slice(0, mark.indexOf('.'))}`);
      // The dialogue goes on as after any other mail.
      await sendMail(line, 'Subject: next\r\n\r\n');
      line.close();
    }),
    ...marks.map(async (mark) => {
      const line = await open();
      await startData(line);
      line.send(`Subject: goes on\n\nbody${mark}`);
      await wait(1500);
      line.send('MAIL FROM:<evil@d.example>\r\nRCPT TO:<box@p.example>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n.\r\n');
      const row = await messageOf(world.database.owner, queueIdOf(await line.reply()));
      assert.equal(row.subject, 'goes on');
      const content = String(await contentOf(world, edge.dataDir, row));
      assert.ok(content.startsWith(`Subject: goes on\n\nbody${mark}MAIL FROM:<evil@d.example>\r\n`), content);
      assert.match(await line.say('NOOP'), /^250 2\.0\.0 Ok$/);
      line.close();
    }),
    (async () => {
      // Nothing but the mark: an empty mail.
      const line = await open();
      await startData(line);
      line.send('.\n');
      assert.equal((await messageOf(world.database.owner, queueIdOf(await line.reply()))).size_bytes, 0);
      line.close();
    })(),
  ]);
});

test('who ends his side behind a mark that is not strict has said all: the mail is taken at once', async () => {
  // The least of several: a busy machine may hold one up.
  const took: number[] = [];
  for (let round = 0; round < 3; round++) {
    const socket = connect({ port: edge.doors.submission, host: '127.0.0.1', allowHalfOpen: true });
    const startedAt = performance.now();
    socket.end(
      `EHLO nc\nAUTH PLAIN ${login}\nMAIL FROM:<a@example.com>\nRCPT TO:<owner@example.com>\nDATA\nSubject: half\n\nx\n.\n`,
    );
    assert.match(await text(socket), /\r\n354 [^\n]*\n250 2\.0\.0 Ok: queued as [A-Z2-9]{16}\r\n$/);
    took.push(performance.now() - startedAt);
  }
  assert.ok(Math.min(...took) < 2500, `${took} ms`);
  const cut = connect({ port: edge.doors.submission, host: '127.0.0.1', allowHalfOpen: true });
  cut.end(
    `EHLO nc\nAUTH PLAIN ${login}\nMAIL FROM:<a@example.com>\nRCPT TO:<owner@example.com>\nDATA\nSubject: cut\n\nx\n.`,
  );
  assert.match(await text(cut), /\r\n354 [^\n]*\n$/);
});

test('what comes in one segment with STARTTLS is thrown away, whatever it is; nothing said in plain counts after it', async () => {
  const doors = [edge.doors.submission, edge.doors.alternative, edge.doors['legacy-submission']];
  const injected = LINES.starttls_injection.after_STARTTLS.map((lines) =>
    lines
      .replace('<good>', login)
      .replace(
        'EHLO z, AUTH, MAIL, RCPT, DATA, mail, dot',
        `EHLO z\r\nAUTH PLAIN ${login}\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nSubject: injected\r\n\r\n.\r\n`,
      ),
  );
  for (const port of doors) {
    for (const lines of injected) {
      for (const isSignedIn of [false, true]) {
        const line = await SmtpLine.open({ port });
        if (isSignedIn) {
          await signIn(line, credential);
          await line.say('MAIL FROM:<a@b.example>');
        } else await line.say('EHLO x');
        line.send(`STARTTLS\r\n${lines}`);
        assert.match(await line.reply(), /^220 /);
        await line.secure({ minVersion: 'TLSv1.2' });
        assert.match(await line.say('EHLO x'), /^250-localhost\r\n/, JSON.stringify(lines));
        assert.match(await line.say('MAIL FROM:<a@b.example>'), /^530 /);
        assert.match(await line.say('DATA'), /^530 /);
        assert.match(await line.say('NOOP'), /^250 2\.0\.0 Ok$/);
        line.close();
      }
    }
  }
  assert.equal((await messagesOf(world.database.owner)).filter(({ subject }) => subject === 'injected').length, 0);
});

test('recipients that are none are refused; who is signed in is nobody else', async () => {
  const { credential: allowing } = await addDevice(world, {
    allow_plain_auth: true,
    recipients_mode: 'allow',
    recipients: ['owner@p.example', 'taro..gate.7@docomo.example', 'ops@日本語.example'],
  });
  const line = await open();
  await line.say('MAIL FROM:<a@b.example>');
  const allowed = await open('implicit', allowing);
  await allowed.say('MAIL FROM:<a@b.example>');
  for (const { say, expected } of LINES.rcpt) {
    const [, list, command] = /^(allow-list device: )?(.*)$/s.exec(say)!;
    assert.equal((await (list ? allowed : line).say(command!)).slice(0, 3), expected, JSON.stringify(say));
  }
  for (const say of ['RCPT TO:<ops@p.example\0>', 'RCPT TO:<ops@p.example\x0b>', 'RCPT TO:<\x01ops@p.example>'])
    assert.match(await line.say(say), /^501 5\.1\.3 /, JSON.stringify(say));
  for (const say of ['RCPT TO:<ops@[IPv6:2001:db8::7]>', 'RCPT TO:<ops@[192.0.2.1]>', 'RCPT TO:<ops@192.0.2.1>'])
    assert.equal(await line.say(say), '550 5.1.2 Recipient at a numeric address: use a domain name');
  // Cases 07 and 12: every spelling of a mailbox is that one.
  for (const say of [
    'RCPT TO:<"taro..gate.7"@docomo.example>',
    'RCPT TO:<taro..gate.7@docomo.example>',
    'RCPT TO:<"taro..gate.7"@DOCOMO.example.>',
    'RCPT TO:<ops@日本語.example>',
    'RCPT TO:<ops@XN--WGV71A119E.example>',
  ]) {
    assert.match(await line.say(say), /^250 /, say);
    assert.match(await allowed.say(say), /^250 /, say);
  }
  for (const session of [line, allowed]) {
    await session.say('DATA');
    session.send('Subject: first\r\n\r\n.\r\n');
    const row = await messageOf(world.database.owner, queueIdOf(await session.reply()));
    assert.deepEqual(row.recipients, ['taro..gate.7@docomo.example', 'ops@xn--wgv71a119e.example']);
    session.close();
  }
  const other = await open();
  await other.say('MAIL FROM:<a@b.example>');
  await other.say('RCPT TO:<owner@example.com>');
  for (const { say, expected } of LINES.other) {
    const command = say.replace(
      /^signed in as A.*$/,
      `AUTH PLAIN ${base64(`\0${allowing.username}\0${allowing.password}`)}`,
    );
    assert.equal((await other.say(command)).slice(0, 3), expected.slice(0, 3), say);
  }
  other.close();
});

test('odd sessions that were reported of other servers pass here', async () => {
  const user = base64(credential.username);
  const password = base64(credential.password);
  const play = async (where: 'plain' | 'implicit', steps: [say: string, code: string][]) => {
    const line = await SmtpLine.open(
      where === 'plain' ? { port: edge.doors.submission } : { port: edge.doors.smtps, tls: {} },
    );
    for (const [say, code] of steps) assert.equal((await line.say(say)).slice(0, 3), code, JSON.stringify(say));
    return line;
  };
  const named = `AUTH LOGIN ${user}`;
  const hello = 'FE80::21b:77ff%eth0';
  const first = await play('plain', [
    [`ehlo ${hello}`, '250'],
    [`helo ${hello}`, '250'],
    [named, '334'],
    [password, '235'],
    ['mail from : <a@b> size=0 body=binarymime smtputf8 auth=<> ret=hdrs envid=x+20y', '250'],
    ['rcpt to : <ops@example.jp> notify=never orcpt=rfc822;ops@example.jp', '250'],
    ['RCPT TO:<ops@example.jp', '250'],
    ['RCPT TO:<OPS@example.jp> (night desk)', '250'],
    ['noop a b c', '250'],
    ['vrfy ops', '252'],
    ['expn list', '502'],
    ['help data', '214'],
    ['BDAT 8 LAST', '502'],
    ['DATA now', '354'],
  ]);
  first.send('Subject: odd\r\n\r\n.\r\n');
  const row = await messageOf(world.database.owner, queueIdOf(await first.reply()));
  assert.deepEqual(row.recipients, ['ops@example.jp']);
  assert.match(await first.say('rset now'), /^250 /);
  first.close();
  const second = await play('implicit', [
    ['EHLO a', '250'],
    ['AUTH LOGIN', '334'],
    ['', '334'],
    ['', '535'],
    ['AUTH LOGIN =', '334'],
    ['=', '535'],
    [`auth  plain   ${base64(`other@x\0${credential.username}\0${credential.password}`)}`, '235'],
  ]);
  for (let mail = 0; mail < 40; mail++) {
    if (mail % 3 === 2) {
      await second.say('MAIL FROM:<a@b.example>');
      await second.say('RCPT TO:<owner@example.com>');
      assert.match(await second.say('RSET'), /^250 /);
    }
    await sendMail(second, 'Subject: one of many\r\n\r\n');
  }
  second.close();
});

test('noise at every door, for a second each: nobody else waits, nothing is left behind, nothing is logged as a bug', async () => {
  const { submission, smtps, pop3, pop3s } = edge.doors;
  const words = [
    'EHLO x',
    'AUTH PLAIN',
    'MAIL FROM:<',
    'RCPT TO:<"',
    'DATA',
    'USER ',
    'PASS ',
    'STLS',
    'CAPA',
    'RSET',
    '.',
    '\x16\x03\x01',
  ];
  const noise = () => {
    const bytes = randomBytes(40).toString('latin1');
    return Array.from(
      { length: 30 },
      (_, at) => `${words[(at * 7 + bytes.charCodeAt(at)) % words.length]}${bytes.slice(at)}\r\n`,
    ).join('');
  };
  const memory = () => Number(readFileSync(`/proc/${edge.pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  const end = Date.now() + 1000;
  const before = memory();
  const flood = async (port: number, isTls: boolean) => {
    while (Date.now() < end) {
      const socket = isTls
        ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : connect({ port, host: '127.0.0.1' });
      socket.on('error', () => {});
      for (let count = 0; count < 5; count++) socket.write(Buffer.from(noise(), 'latin1'));
      await wait(20);
      socket.destroy();
    }
  };
  const doors: [number, boolean][] = [
    [submission, false],
    [smtps, true],
    [pop3, false],
    [pop3s, true],
    [pop3s, false],
  ];
  await Promise.all(doors.map(([port, isTls]) => flood(port, isTls)));
  const line = await open();
  await sendMail(line, 'Subject: after the noise\r\n\r\n');
  line.close();
  assert.ok(memory() - before < 150e6, `${memory() - before} bytes more`);
  assert.deepEqual(
    edge.log.filter(({ event, level }) => event === 'smtp.bug' || level === 'fatal'),
    [],
  );
});
