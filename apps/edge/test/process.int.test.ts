import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { makeTenant, SmtpLine, type TestCredential } from '@hikyaku/testing';
import { plugPostgres } from './harness/postgres-plug.ts';
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

let world: World;
let credential: TestCredential;
const running: RunningEdge[] = [];
/** Shared by tests that need nothing special of it. */
let plain: RunningEdge;

before(async () => {
  world = await makeWorld();
  ({ credential } = await addDevice(world));
  plain = await start();
});
after(async () => {
  // Several lives of one edge share a folder: none may write to it while it is removed.
  await Promise.all(running.map((edge) => edge.stop('SIGKILL')));
  for (const edge of running) await edge.dispose();
  await world?.database.close();
});

/** A busy machine may hold some up. */
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function start(options: Partial<Parameters<typeof startEdge>[0]> = {}): Promise<RunningEdge> {
  const edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey, ...options });
  running.push(edge);
  return edge;
}

async function open(edge: RunningEdge): Promise<SmtpLine> {
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  return line;
}

async function startData(line: SmtpLine): Promise<void> {
  await line.say('MAIL FROM:<a@b.example>');
  await line.say('RCPT TO:<owner@example.com>');
  assert.match(await line.say('DATA'), /^354 /);
}

const health = async (edge: RunningEdge, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${edge.metricsPort}${path}`);
  return { status: answer.status, text: await answer.text() };
};

test('SIGTERM in DATA: the mail is taken and handed off, idle dialogues get 421, nobody new gets in, the exit is clean', async () => {
  const edge = await start();
  const busy = await open(edge);
  await startData(busy);
  busy.send('Subject: last words\r\n\r\nfirst half');
  const idle = await open(edge);
  const stopped = edge.stop();
  // Idle means silent for two seconds.
  assert.match(await idle.rest(), /^421 4\.3\.2 localhost Service shutting down\r\n$/);
  await assert.rejects(SmtpLine.connect({ port: edge.doors.smtps }));
  busy.send(', second half\r\n.\r\n');
  const queueId = queueIdOf(await busy.reply());
  assert.match(await busy.rest(), /^421 /);
  assert.equal(await stopped, 0);
  const row = (await messagesOf(world.database.owner)).find(({ queue_id }) => queue_id === queueId);
  assert.match(String(await contentOf(world, edge.dataDir, row!)), /first half, second half\r\n$/);
});

test('a stop does not wait longer than its time for a mail that does not end', async () => {
  const edge = await start({ env: { DRAIN_MS: '800' } });
  const line = await open(edge);
  await startData(line);
  line.send('Subject: endless\r\n\r\n');
  const startedAt = Date.now();
  assert.equal(await edge.stop(), 0);
  assert.ok(Date.now() - startedAt < 10_000);
  assert.match(await line.rest(), /^421 /);
});

test('SIGKILL right after the 250: the mail is in Postgres after the next start, once, with its content', async () => {
  const plug = await plugPostgres(world.database.url);
  const first = await start({ databaseUrl: plug.url });
  const line = await open(first);
  await plug.pull();
  const queueId = await sendMail(line, 'Subject: killed\r\n\r\nsafe');
  await first.stop('SIGKILL');
  await plug.putBack();
  const second = await start({ databaseUrl: plug.url, dataDir: first.dataDir });
  const row = await messageOf(world.database.owner, queueId);
  assert.match(String(await contentOf(world, second.dataDir, row)), /safe\r\n$/);
  await second.stop();
  assert.equal((await messagesOf(world.database.owner)).filter(({ queue_id }) => queue_id === queueId).length, 1);
  await plug.close();
});

test('a kill between commit and 250: the device saw no answer, the mail is there nevertheless', async () => {
  const before = (await messagesOf(world.database.owner)).length;
  const first = await start({ env: { FAULT_POINTS: 'edge.after-commit-before-250=kill' } });
  const line = await open(first);
  await startData(line);
  line.send('Subject: unanswered\r\n\r\n.\r\n');
  assert.equal(await line.rest(), '');
  await start({ dataDir: first.dataDir });
  await eventually(async () => (await messagesOf(world.database.owner)).length === before + 1);
});

test('a kill at each step of hand-off, one after the other: one row, one content, an empty journal', async () => {
  const before = (await messagesOf(world.database.owner)).length;
  const steps = ['taken', 'after-spool', 'before-insert', 'after-insert', 'after-wake', 'before-done'];
  const first = await start({ env: { FAULT_POINTS: `handoff.${steps[0]}=kill` } });
  const line = await open(first);
  await startData(line);
  line.send(`Subject: nine lives\r\n\r\n${'x'.repeat(300_000)}\r\n.\r\n`);
  assert.equal(await first.ended, 'SIGKILL');
  for (const step of steps.slice(1)) {
    // The replay may run into its end before or after the doors are open.
    const next = await start({ dataDir: first.dataDir, env: { FAULT_POINTS: `handoff.${step}=kill` } }).catch(
      () => null,
    );
    if (next) assert.equal(await next.ended, 'SIGKILL', step);
  }
  const last = await start({ dataDir: first.dataDir });
  await eventually(async () =>
    /hikyaku_edge_journal_entries\{app="edge"\} 0/.test((await health(last, '/metrics')).text),
  );
  const rows = (await messagesOf(world.database.owner)).slice(before);
  assert.deepEqual(
    rows.map(({ subject }) => subject),
    ['nine lives'],
  );
  assert.equal(
    (await contentOf(world, last.dataDir, rows[0]!)).length,
    300_000 + 'Subject: nine lives\r\n\r\n\r\n'.length,
  );
});

test('Postgres away from the start to the end of the sending: every mail gets its 250, and its row when Postgres is back', async () => {
  const plug = await plugPostgres(world.database.url);
  const first = running.find(({ dataDir }) => dataDir !== plain.dataDir)!;
  await first.ended;
  await plug.pull();
  const edge = await start({ databaseUrl: plug.url, dataDir: first.dataDir });
  assert.equal((await health(edge, '/readyz')).status, 200);
  const line = await open(edge);
  const queueIds: string[] = [];
  const tookMs: number[] = [];
  for (let count = 0; count < 20; count++) {
    const startedAt = performance.now();
    queueIds.push(await sendMail(line, `Subject: away ${count}\r\n\r\n${'x'.repeat(count * 10_000)}`));
    tookMs.push(performance.now() - startedAt);
  }
  assert.ok(median(tookMs) < 2000, `${tookMs} ms`);
  assert.match(await line.say('QUIT'), /^221/);
  await plug.putBack();
  for (const [count, queueId] of queueIds.entries()) {
    assert.equal((await messageOf(world.database.owner, queueId)).subject, `away ${count}`);
  }
  assert.equal(await edge.stop(), 0);
  await plug.close();
});

test('without Postgres and without a snapshot nobody is let in, and nobody is told anything', async () => {
  const plug = await plugPostgres(world.database.url);
  await plug.pull();
  const edge = await start({ databaseUrl: plug.url });
  assert.equal((await health(edge, '/readyz')).status, 503);
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await line.say('EHLO x');
  assert.match(await line.say(`AUTH PLAIN ${Buffer.from('\0a\0b').toString('base64')}`), /^451 4\.3\.0 /);
  await plug.putBack();
  await eventually(async () => (await health(edge, '/readyz')).status === 200);
  await sendMail(await open(edge), 'Subject: late\r\n\r\n');
  await plug.close();
});

test('another edge key, or none, is one clear line and exit code 1', async () => {
  const other = Buffer.alloc(32, 7).toString('base64');
  await assert.rejects(start({ masterKey: other }), /"event":"start_failed".*vault\.key_wrong/);
  await assert.rejects(start({ env: { EDGE_KEY: '' } }), /HIKYAKU_EDGE_KEY is empty/);
});

test('a port in use is named', async () => {
  const { submission } = plain.doors;
  const taken = start({ env: { SMTPS_PORT: String(submission) } });
  await assert.rejects(taken, new RegExp(`door smtps: .*EADDRINUSE.*${submission}`));
});

test('at the limit of its address a newcomer takes the place of the oldest stranger; who has signed in keeps his', async () => {
  const edge = await start({ env: { MAX_CONNECTIONS_PER_ADDRESS: '2' } });
  const { submission: port, smtps } = edge.doors;
  const camera = await SmtpLine.open({ port: smtps, tls: {} });
  const stranger = await SmtpLine.open({ port });
  await signIn(camera, credential);
  const second = await SmtpLine.open({ port: smtps, tls: {} });
  assert.match(await stranger.rest(), /^421 4\.3\.2 Too many connections/);
  await signIn(second, credential);
  assert.match(await (await SmtpLine.connect({ port })).rest(), /^421 4\.3\.2 Too many connections/);
  second.close();
  await eventually(async () => {
    const line = await SmtpLine.connect({ port });
    return (await line.reply()).startsWith('220');
  });
  assert.match(await camera.say('NOOP'), /^250 /);
  camera.close();
});

test('two thousand idle sockets from ten addresses keep no device out; strangers have their time, and a tenant its number', async () => {
  const edge = await start({ env: { MAX_CONNECTIONS_PER_TENANT: '3', SMTP_STRANGER_MS: '4000' } });
  const { submission: port, smtps } = edge.doors;
  const idle = await Promise.all(
    Array.from({ length: 2000 }, (_, index) => {
      const socket = connect({
        port: index % 2 ? port : smtps,
        host: '127.0.0.1',
        localAddress: `127.0.0.${10 + (index % 10)}`,
      });
      socket.on('error', () => {});
      socket.resume();
      return new Promise<typeof socket>((resolve) =>
        socket.once('connect', () => resolve(socket)).once('close', () => resolve(socket)),
      );
    }),
  );
  const took: number[] = [];
  for (let count = 0; count < 20; count++) {
    const startedAt = performance.now();
    const line = await SmtpLine.open({ port: smtps, tls: {} });
    await signIn(line, credential);
    await sendMail(line, 'Subject: in a crowd\r\n\r\nx');
    took.push(performance.now() - startedAt);
    line.close();
  }
  assert.ok(median(took) < 1000, `login and mail took ${took.map(Math.round)} ms`);
  const lines = await Promise.all([1, 2, 3].map(() => SmtpLine.open({ port: smtps, tls: {} })));
  for (const line of lines) await signIn(line, credential);
  const fourth = await SmtpLine.open({ port: smtps, tls: {} });
  await fourth.say('EHLO x');
  const login = `AUTH PLAIN ${base64(`\0${credential.username}\0${credential.password}`)}`;
  assert.match(await fourth.say(login), /^421 4\.3\.2 Too many connections/);
  // STARTTLS without a hello ends with the stranger's time, too.
  const silent = await SmtpLine.open({ port });
  await silent.say('EHLO x');
  assert.match(await silent.say('STARTTLS'), /^220 /);
  await eventually(async () => (await openConnections(edge)) === 3);
  for (const line of lines) {
    assert.match(await line.say('NOOP'), /^250 /);
    line.close();
  }
  for (const socket of idle) socket.destroy();
});

async function openConnections(edge: RunningEdge): Promise<number> {
  const { text } = await health(edge, '/metrics');
  return Number(/^hikyaku_edge_open_connections\{[^}]*\} (\d+)/m.exec(text)?.[1]);
}

test('a dialogue that went into TLS gives its place back, however it ends', async () => {
  const edge = await start();
  const { submission: port } = edge.doors;
  const endings = [
    async (line: SmtpLine) => {
      await line.secure();
      await line.say('QUIT');
    },
    async (line: SmtpLine) => {
      await line.secure();
      line.reset();
    },
    async (line: SmtpLine) => line.reset(),
    async (line: SmtpLine) => line.send('this is no handshake\r\n'),
  ];
  for (const end of endings) {
    const line = await SmtpLine.open({ port });
    await line.say('EHLO x');
    assert.match(await line.say('STARTTLS'), /^220/);
    await end(line);
    await eventually(async () => (await openConnections(edge)) === 0);
  }
});

test('metrics count what came and what was refused; no tenant, address or id is a label', async () => {
  const line = await open(plain);
  await sendMail(line, 'Subject: counted\r\n\r\n');
  await line.say('NONSENSE');
  const { text } = await health(plain, '/metrics');
  assert.match(text, /hikyaku_edge_mails_accepted_total\{door="smtps",app="edge"\} 1\n/);
  assert.match(text, /hikyaku_edge_refusals_total\{code="502",app="edge"\} 1/);
  assert.match(text, /hikyaku_edge_open_connections\{app="edge"\} 1/);
  for (const secret of [world.tenantId, credential.username, '127.0.0.1']) assert.ok(!text.includes(secret));
});

test('a journal that is full answers 452 and takes mail again by itself', async () => {
  const plug = await plugPostgres(world.database.url);
  const edge = await start({ databaseUrl: plug.url, env: { JOURNAL_MAX_BYTES: '1000000' } });
  const line = await open(edge);
  await plug.pull();
  const replies: string[] = [];
  for (let count = 0; count < 30; count++) {
    await line.say('MAIL FROM:<a@b.example>');
    await line.say('RCPT TO:<owner@example.com>');
    const go = await line.say('DATA');
    if (!go.startsWith('354')) {
      replies.push(go);
      break;
    }
    line.send(`Subject: fill\r\n\r\n${'x'.repeat(60_000)}\r\n.\r\n`);
    const reply = await line.reply();
    if (!reply.startsWith('250')) replies.push(reply);
  }
  assert.ok(replies.length > 0);
  for (const reply of replies) assert.equal(reply, '452 4.3.1 Insufficient system storage');
  await plug.putBack();
  await eventually(async () => {
    await line.say('MAIL FROM:<a@b.example>');
    await line.say('RCPT TO:<owner@example.com>');
    if (!(await line.say('DATA')).startsWith('354')) return false;
    line.send('Subject: room\r\n\r\n.\r\n');
    return (await line.reply()).startsWith('250');
  });
  await plug.close();
});

test('a tenant erased is out at once', async () => {
  const tenant = await makeTenant(world.database.owner);
  const made = await addDevice({ ...world, tenantId: tenant.id });
  const login = `AUTH PLAIN ${Buffer.from(`\0${made.credential.username}\0${made.credential.password}`).toString('base64')}`;
  const line = await SmtpLine.open({ port: plain.doors.smtps, tls: {} });
  await eventually(async () => (await line.say(login)).startsWith('235'));
  await world.database.owner.query('UPDATE tenants SET deleted_at = now() WHERE id = $1', [tenant.id]);
  await eventually(async () => (await line.say('MAIL FROM:<a@b.example>')).startsWith('530'));
});
