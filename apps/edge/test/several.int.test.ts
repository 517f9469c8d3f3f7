import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { openJournal } from '@hikyaku/spool';
import { createLogger, EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT } from '@hikyaku/telemetry';
import { probeDoor, probeWhile, SmtpLine, type TestCredential } from '@hikyaku/testing';
import { deriveJournalKey, edgeKeysOf, parseEdgeKeys, parseMasterKeys } from '@hikyaku/vault';
import { acceptInto } from './harness/handoff-parts.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, messageOf, sendMail, signIn, type World } from './harness/world.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let world: World;
let deviceId: string;
let credential: TestCredential;
/** Two processes, shared by all tests: each leaves two behind. */
let edge: RunningEdge;

before(async () => {
  world = await makeWorld();
  const device = await addDevice(world);
  ({ credential } = device);
  deviceId = device.device.id;
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: {
      EDGE_PROCESSES: '2',
      RESTART_MAX_MS: '100',
      AUTH_FAIL_DELAY_MS: '100',
      // On a slow machine many probes wait at once.
      MAX_CONNECTIONS_PER_ADDRESS: '2000',
      MAX_CONNECTIONS_PER_TENANT: '10',
    },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

/** Processes behind the doors, ready or not. */
const processes = (): number[] =>
  readFileSync(`/proc/${edge.pid}/task/${edge.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** Those that take mail, with the number of their journal. */
const serving = (): { pid: number; journal: number }[] => {
  const living = new Set(processes());
  return edge.log
    .filter(({ event, pid }) => event === 'process.serving' && living.has(pid as number))
    .map(({ pid, journal }) => ({ pid: pid as number, journal: journal as number }));
};

const bothServe = () => eventually(async () => serving().length === 2 && processes().length === 2, 60_000);

async function metrics(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${edge.metricsPort}/metrics`)).text();
}

/** Open connections, by the number of the journal. */
async function connections(): Promise<Map<number, number>> {
  const found = (await metrics()).matchAll(/^hikyaku_edge_open_connections\{app="edge",process="(\d+)"\} (\d+)/gm);
  return new Map([...found].map(([, journal, count]) => [Number(journal), Number(count)]));
}

/** Lines until each process has some. */
async function openAtBoth(): Promise<SmtpLine[]> {
  const lines: SmtpLine[] = [];
  await eventually(async () => {
    lines.push(
      ...(await Promise.all(Array.from({ length: 4 }, () => SmtpLine.open({ port: edge.doors.smtps, tls: {} })))),
    );
    const counts = await connections();
    return counts.size === 2 && [...counts.values()].every((count) => count > 0);
  });
  return lines;
}

const probeDuring = (work: () => Promise<void>) => probeWhile(edge.doors.submission, work);

test('twenty kills of single processes: nobody who connects is refused, and every mail that had its 250 gets its row', async () => {
  const queueIds: string[] = [];
  const counts = await probeDuring(async () => {
    for (let kill = 0; kill < 20; kill++) {
      // Every fifth meets a process that takes mail; others meet one that starts, and often nobody serves.
      if (kill % 5 === 0) {
        const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
        await signIn(line, credential);
        queueIds.push(await sendMail(line, `Subject: kill ${kill}\r\n\r\nx`));
        line.close();
      }
      const all = processes();
      if (all.length > 0) process.kill(all[kill % all.length]!, 'SIGKILL');
      await sleep(100);
    }
  });
  assert.equal(counts.refused, 0);
  // Whoever was being greeted by the process that was killed.
  assert.ok(counts.greeted > 50 && counts.cut <= 20, JSON.stringify(counts));
  await bothServe();
  for (const queueId of queueIds) await messageOf(world.database.owner, queueId);
});

test('processes behind the doors have the options that bound their memory', async () => {
  await bothServe();
  for (const { pid } of serving()) {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    for (const option of EDGE_NODE_OPTIONS) assert.ok(args.includes(option), args.join(' '));
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    for (const [name, value] of Object.entries(MAIL_ENVIRONMENT)) assert.ok(environment.includes(`${name}=${value}`));
  }
});

test('only sessions of the killed process end', async () => {
  await bothServe();
  const lines = await openAtBoth();
  const { pid, journal } = serving()[0]!;
  const before = await connections();
  let ended = 0;
  const ends = lines.map((line) =>
    line.rest().then(
      () => ended++,
      () => ended++,
    ),
  );
  process.kill(pid, 'SIGKILL');
  await eventually(async () => ended === before.get(journal));
  await bothServe();
  assert.equal(ended, before.get(journal));
  for (const line of lines) line.close();
  await Promise.all(ends);
});

test('SIGHUP renews one process after the other: nobody is refused or cut, mail in DATA is taken, and a journal that nobody owns is handed off and removed', async () => {
  await bothServe();
  // The next process that starts takes the first one for itself, and finds the other.
  mkdirSync(join(edge.dataDir, 'journal', '8'));
  const folder = join(edge.dataDir, 'journal', '9');
  mkdirSync(folder);
  const journalKeys = parseEdgeKeys(edgeKeysOf(parseMasterKeys([world.keys.masterKey]))).map(deriveJournalKey);
  const journal = await openJournal({ dir: folder, maxBytes: 1e9, logger, keys: journalKeys });
  const left = await acceptInto(journal, { world, deviceId });
  await journal.close();
  const old = new Set(processes());
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  await line.say('MAIL FROM:<a@b.example>');
  await line.say('RCPT TO:<owner@example.com>');
  assert.match(await line.say('DATA'), /^354/);
  let queueId = '';
  const counts = await probeDuring(async () => {
    process.kill(edge.pid, 'SIGHUP');
    await eventually(async () => serving().some(({ pid }) => !old.has(pid)), 60_000);
    line.send('Subject: while renewing\r\n\r\nx\r\n.\r\n');
    queueId = /queued as (\w+)/.exec(await line.reply())![1]!;
    await eventually(async () => edge.log.some(({ event }) => event === 'processes.renewed'), 60_000);
  });
  assert.deepEqual([counts.refused, counts.cut], [0, 0]);
  assert.ok(processes().every((pid) => !old.has(pid)) && processes().length === 2);
  await messageOf(world.database.owner, queueId);
  await messageOf(world.database.owner, left.queueId);
  await eventually(async () => !existsSync(folder));
});

test('a session of TLS goes on at whichever process takes the connection', async () => {
  await bothServe();
  const open = async (session?: Buffer): Promise<TLSSocket> => {
    const socket = connect({ port: edge.doors.smtps, host: '127.0.0.1', rejectUnauthorized: false, session });
    await once(socket, 'data');
    return socket;
  };
  const first = connect({ port: edge.doors.smtps, host: '127.0.0.1', rejectUnauthorized: false });
  const [session] = (await once(first, 'session')) as [Buffer];
  first.destroy();
  const sockets: TLSSocket[] = [];
  await eventually(async () => {
    sockets.push(...(await Promise.all(Array.from({ length: 4 }, () => open(session)))));
    const counts = await connections();
    return counts.size === 2 && [...counts.values()].every((count) => count > 0);
  });
  assert.ok(sockets.every((socket) => socket.isSessionReused()));
  for (const socket of sockets) socket.destroy();
});

test('both processes have their share of a crowd that comes at once', async () => {
  await bothServe();
  // Where the machine keeps one of them from running, the other takes all, which is what a shared queue is for.
  await eventually(async () => {
    const lines = await Promise.all(Array.from({ length: 100 }, () => SmtpLine.open({ port: edge.doors.submission })));
    const shares = [...(await connections()).values()];
    for (const line of lines) line.close();
    return shares.length === 2 && Math.min(...shares) >= 25;
  });
});

test('the numbers of all processes are at one address', async () => {
  const text = await metrics();
  assert.match(text, /^hikyaku_edge_processes\{app="edge",process="parent"\} \d$/m);
  assert.equal(text.match(/^# TYPE hikyaku_edge_open_connections /gm)?.length, 1);
  assert.equal((await connections()).size, processes().length);
  assert.equal((await fetch(`http://127.0.0.1:${edge.metricsPort}/readyz`)).status, 200);
});

test('delays of failed logins and limits hold across processes', async () => {
  await bothServe();
  const lines = await openAtBoth();
  for (const line of lines) await line.say('EHLO x');
  const login = `AUTH PLAIN ${base64(`\0${credential.username}\0wrong`)}`;
  // By turns, so that neither process sees more than half of them.
  const took: number[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    const startedAt = performance.now();
    assert.match(await lines[attempt % lines.length]!.say(login), /^535/);
    took.push(performance.now() - startedAt);
    await sleep(60);
  }
  // 1, 1, 1, 2, 4, 8 times 100 ms; alone each process would be at its third.
  assert.ok(took[5]! >= 795, took.map(Math.round).join());
  for (const line of lines) line.close();

  // Ten signed in as one tenant, of whatever process.
  const signedIn: SmtpLine[] = [];
  let refused = '';
  for (let count = 0; count < 14 && !refused; count++) {
    const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
    await line.say('EHLO x');
    const reply = await line.say(`AUTH PLAIN ${base64(`\0${credential.username}\0${credential.password}`)}`);
    if (reply.startsWith('235')) signedIn.push(line);
    else refused = reply;
    await sleep(60);
  }
  assert.match(refused, /^421 4\.3\.2 Too many connections/);
  assert.equal(signedIn.length, 10);
  for (const line of signedIn) line.close();
});

test('at a stop the doors are closed at once and all processes end', async () => {
  const all = processes();
  assert.equal(await edge.stop(), 0);
  assert.equal(await probeDoor(edge.doors.submission), 'refused');
  for (const pid of all) assert.equal(existsSync(`/proc/${pid}`), false);
});
