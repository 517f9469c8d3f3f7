import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { SmtpLine, type TestCredential } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import {
  addDevice,
  contentOf,
  eventually,
  makeWorld,
  messageOf,
  messagesOf,
  queueIdOf,
  sendMail,
  sha256,
  signIn,
  type World,
} from './harness/world.ts';

const LIMIT = 3_000_000;

let world: World;
let edge: RunningEdge;
let credential: TestCredential;

before(async () => {
  world = await makeWorld();
  ({ credential } = await addDevice(world));
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { MAX_SIZE_BYTES: String(LIMIT), SMTP_IDLE_MS: '1500' },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

async function open(): Promise<SmtpLine> {
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  return line;
}

async function startData(line: SmtpLine): Promise<void> {
  await line.say('MAIL FROM:<a@b.example>');
  await line.say('RCPT TO:<owner@example.com>');
  assert.match(await line.say('DATA'), /^354 /);
}

/** Sends the pieces as they are and returns what is stored. */
async function store(pieces: (string | Buffer)[], pauseMs = 0): Promise<Buffer> {
  const line = await open();
  await startData(line);
  for (const piece of pieces) {
    line.send(piece);
    if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const row = await messageOf(world.database.owner, queueIdOf(await line.reply()));
  line.close();
  return contentOf(world, edge.dataDir, row);
}

test('D1, D4, D5, D6: bare LF, bare CR, a line of thousands, 8-bit and undoubled dots are stored as they came; of two dots at a line one is dropped', async () => {
  const long = 'x'.repeat(4220);
  const body = `Subject: x\r\n\r\na\rCR\r\n${long}\r\nbare\nlines\n.log of a day\r\n..two\r\n\n..three\r\n\xff\x00\x80 8-bit`;
  const stored = await store([Buffer.from(`${body}\r\n.\r\n`, 'latin1')]);
  assert.equal(stored.toString('latin1'), `${body.replace('..two', '.two').replace('..three', '.three')}\r\n`);
});

test('the end mark is found wherever the network cuts it', async () => {
  const stored = await store(['Subject: cut\r\n\r\nline\r', '\n', '.', '\r', '\n'], 20);
  assert.equal(stored.toString(), 'Subject: cut\r\n\r\nline\r\n');
});

test('an empty mail is a mail', async () => {
  assert.equal((await store(['.\r\n'])).length, 0);
});

test('a mail of megabytes is stored bit by bit as sent, beside small ones of the same moment', async () => {
  const lines = Array.from({ length: 30_000 }, () => randomBytes(54).toString('base64')).join('\r\n');
  const big = Buffer.from(`Subject: big\r\n\r\n${lines}\r\n`);
  const [stored, ...small] = await Promise.all([
    store([big, '.\r\n']),
    ...Array.from({ length: 10 }, (_, index) => store([`Subject: small ${index}\r\n\r\n.\r\n`])),
  ]);
  assert.equal(sha256(stored), sha256(big));
  assert.deepEqual(
    small.map(String),
    Array.from({ length: 10 }, (_, index) => `Subject: small ${index}\r\n\r\n`),
  );
});

test('D7: a mail over the limit is read to its end, then 552; nothing of it is kept, and the dialogue goes on', async () => {
  const before = (await messagesOf(world.database.owner)).length;
  const line = await open();
  await startData(line);
  line.send(Buffer.concat([Buffer.alloc(LIMIT + 500_000, 'x'), Buffer.from('\r\n.\r\n')]));
  assert.equal(await line.reply(), '552 5.3.4 Message is too large');
  const queueId = await sendMail(line, 'Subject: smaller\r\n\r\n');
  await messageOf(world.database.owner, queueId);
  assert.equal((await messagesOf(world.database.owner)).length, before + 1);
  line.close();
});

test('several mails in one dialogue are several messages, each with its own content', async () => {
  const line = await open();
  const ids = [await sendMail(line, 'Subject: one\r\n\r\n1'), await sendMail(line, 'Subject: two\r\n\r\n2')];
  line.close();
  const rows = await Promise.all(ids.map((id) => messageOf(world.database.owner, id)));
  assert.deepEqual(
    rows.map(({ subject }) => subject),
    ['one', 'two'],
  );
  assert.match(String(await contentOf(world, edge.dataDir, rows[1]!)), /\r\n2\r\n$/);
});

test('two mails sent without waiting for any reply are two messages, answered in order', async () => {
  const line = await open();
  const mail = (subject: string) =>
    `MAIL FROM:<a@b.example>\r\nRCPT TO:<owner@example.com>\r\nDATA\r\nSubject: ${subject}\r\n\r\n${subject}\r\n.\r\n`;
  line.send(`${mail('first')}${mail('second')}QUIT\r\n`);
  const queueIds = [...(await line.rest()).matchAll(/queued as (\S+)/g)].map((match) => match[1]!);
  const rows = await Promise.all(queueIds.map((id) => messageOf(world.database.owner, id)));
  assert.deepEqual(
    rows.map(({ subject }) => subject),
    ['first', 'second'],
  );
  assert.equal(String(await contentOf(world, edge.dataDir, rows[1]!)), 'Subject: second\r\n\r\nsecond\r\n');
});

test('the subject is kept decoded, a test mail is known as one, and a tenant’s wish hides subjects', async () => {
  const line = await open();
  const shown = await sendMail(line, Buffer.from('Subject: =?utf-8?B?44OG44K544OI?=\r\n\r\n'));
  const row = await messageOf(world.database.owner, shown);
  assert.deepEqual([row.subject, row.is_test, row.priority], ['テスト', true, 0]);
  await world.database.owner.query('UPDATE tenants SET hide_subjects = true');
  await eventually(async () => {
    const row = await messageOf(world.database.owner, await sendMail(line, 'Subject: secret word\r\n\r\n'));
    return row.subject === null;
  });
  await world.database.owner.query('UPDATE tenants SET hide_subjects = false');
  line.close();
});

test('a repeated Message-ID of a device is given once; afterwards the mail gets one of ours', async () => {
  const mail = 'Message-ID: <20261120.abcdefghij@cam.example>\r\nSubject: x\r\n\r\n';
  const line = await open();
  const rows = [];
  for (let count = 0; count < 2; count++) rows.push(await messageOf(world.database.owner, await sendMail(line, mail)));
  line.close();
  assert.equal(rows[0]?.message_id_header, '<20261120.abcdefghij@cam.example>');
  assert.equal(rows[1]?.message_id_header, `<${rows[1]?.queue_id}@mail.local>`);
});

/** A session of ours was told so. */
const diagnosed = (code: string) =>
  eventually(async () => {
    const rows = await world.database.owner.query('SELECT FROM smtp_sessions WHERE diagnosis = $1', [code]);
    return rows.length > 0;
  });

test('a mail that has passed this relay four times is a loop; three times is not', async () => {
  const hop =
    'Received: from device by localhost (Hikyaku) with ESMTP id ABCDEFGHJKMNPQRS; Fri, 20 Nov 2026 00:00:00 +0000\r\n';
  const line = await open();
  await messageOf(world.database.owner, await sendMail(line, `${hop.repeat(3)}Subject: x\r\n\r\n`));
  await startData(line);
  line.send(`${hop.repeat(4)}Subject: x\r\n\r\n.\r\n`);
  assert.equal(await line.reply(), '554 5.4.6 Mail loop');
  line.close();
  await diagnosed('data.loop');
});

test('H13: who leaves in the middle of a mail, or falls silent where its end mark should be, leaves nothing, and its owner is told', async () => {
  const before = (await messagesOf(world.database.owner)).length;
  const gone = await open();
  await startData(gone);
  gone.send('Subject: half\r\n\r\nhalf a mail');
  gone.reset();
  const silent = await open();
  await startData(silent);
  silent.send('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwhole\r\n--b--\r\n-- End --\r\n');
  assert.match(await silent.rest(), /^421 4\.4\.2 localhost Error: timeout exceeded\r\n$/);
  const line = await open();
  await messageOf(world.database.owner, await sendMail(line, 'Subject: whole\r\n\r\n'));
  line.close();
  assert.equal((await messagesOf(world.database.owner)).length, before + 1);
  await diagnosed('data.cut_off');
  await diagnosed('data.no_end');
});

test('H13: a mail whose last part is closed is taken without its end mark, when the client falls silent or ends its side', async () => {
  const mail =
    'Subject: scan\r\nContent-Type: multipart/mixed; boundary="=_b 1"\r\n\r\n--=_b 1\r\n\r\nwhole\r\n--=_b 1--\r\n';
  const { credential: copier } = await addDevice(world);
  const begin = async () => {
    const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
    await signIn(line, copier);
    await startData(line);
    return line;
  };
  const silent = await begin();
  // In pieces, the last of which tells nothing by itself.
  silent.send(mail.slice(0, -5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  silent.send(mail.slice(-5));
  const row = await messageOf(world.database.owner, queueIdOf(await silent.reply()));
  assert.equal(String(await contentOf(world, edge.dataDir, row)), mail);
  assert.match(await silent.say('NOOP'), /^250 /, 'the dialogue goes on');
  silent.close();
  const ended = await begin();
  ended.send(mail);
  ended.end();
  await messageOf(world.database.owner, queueIdOf(await ended.reply()));
  assert.equal(await ended.rest(), '');
  const told = await eventually(async () => {
    const rows = await world.database.owner.query<{ diagnosis: string; lines: unknown }>(
      'SELECT diagnosis, lines FROM smtp_sessions WHERE username = $1 AND ended_at IS NOT NULL',
      [copier.username],
    );
    return rows.length === 2 && rows;
  });
  for (const { diagnosis, lines } of told) {
    assert.equal(diagnosis, 'ok.accepted');
    assert.match(JSON.stringify(lines), /the mail ended without an end mark, its last part closed/);
  }
});

test('H9: a bare CR ends no command: what is behind it is not obeyed, and the silence is told', async () => {
  const line = await open();
  line.send('MAIL FROM:<a@b.example>\rRCPT TO:<owner@example.com>\rDATA\r');
  assert.equal(await line.rest(), '421 4.4.2 localhost Error: timeout exceeded\r\n');
});
