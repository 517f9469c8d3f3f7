/**
 * `npm run test:long -- crowd [connections]`: ten thousand connections that have their greeting and say nothing, half of them in TLS, while a device sends its mail.
 * Exit code 1 when one is turned away or cut, a mail takes long, or an idle connection holds more memory than it may. Both processes need as many open files.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { SmtpLine } from '@hikyaku/testing';
import { startEdge } from '../harness/start-edge.ts';
import { addDevice, makeWorld, messageOf, sendMail, signIn } from '../harness/world.ts';
import { medianOf, residentMb } from './resident-memory.ts';

/** Greetings waited for at once. */
const AT_ONCE = 50;
/** One address has so many at most, so that the run goes the way of many small sites. */
const PER_ADDRESS = 100;
/** Half in plain at 25 KB, half in TLS at 55. */
const MOST_KB_EACH = 40;
const MAILS = 20;
const MOST_MS_A_MAIL = 2000;

const count = Number(process.argv[2] ?? 10_000);
const world = await makeWorld();
const { credential } = await addDevice(world);
const edge = await startEdge({
  databaseUrl: world.database.url,
  masterKey: world.keys.masterKey,
  env: { MAX_CONNECTIONS: String(count * 2), SMTP_STRANGER_MS: '3600000', LOG_LEVEL: 'error' },
});
const problems: string[] = [];
const sockets: Socket[] = [];

function open(index: number): Promise<void> {
  const isTls = index % 2 === 1;
  const site = Math.floor(index / PER_ADDRESS);
  const raw = connect({
    host: '127.0.0.1',
    port: isTls ? edge.doors.smtps : edge.doors.submission,
    localAddress: `127.9.${site >> 7}.${1 + (site & 127)}`,
  });
  const socket = isTls ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    raw.on('error', reject);
    socket.on('error', reject).once('data', (bytes: Buffer) => {
      if (String(bytes).startsWith('220 ')) resolve();
      else reject(new Error(String(bytes)));
    });
    socket.once('close', () => reject(new Error('closed')));
  });
}

async function mailMs(): Promise<number> {
  const startedAt = performance.now();
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  const queueId = await sendMail(line, 'Subject: in a crowd\r\n\r\nx');
  line.close();
  const tookMs = performance.now() - startedAt;
  await messageOf(world.database.owner, queueId);
  return tookMs;
}

for (let index = 0; index < MAILS; index++) await mailMs();
const before = residentMb(edge.pid);
for (let from = 0; from < count; from += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => open(from + index));
  for (const outcome of await Promise.allSettled(some))
    if (outcome.status === 'rejected') problems.push(`turned away: ${String(outcome.reason)}`);
}
const took: number[] = [];
for (let index = 0; index < MAILS; index++) took.push(await mailMs());
await sleep(5000);
const after = residentMb(edge.pid);
const cut = sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length;
if (cut) problems.push(`${cut} connections were cut`);
const kbEach = ((after - before) * 1024) / count;
if (kbEach > MOST_KB_EACH) problems.push(`${kbEach.toFixed(1)} KB for each connection`);
if (medianOf(took) > MOST_MS_A_MAIL) problems.push(`a mail took ${Math.round(medianOf(took))} ms`);
for (const socket of sockets)
  socket
    .removeAllListeners('close')
    .on('error', () => {})
    .destroy();
if ((await edge.stop()) !== 0) problems.push('it did not end well');
await edge.dispose();
await world.database.close();
console.log(
  `${count} idle connections: ${before} MB before, ${after} MB with them, ${kbEach.toFixed(1)} KB each; a mail between them took ${Math.round(medianOf(took))} ms, the slowest ${Math.round(Math.max(...took))}`,
);
for (const [problem, same] of Map.groupBy(problems, String)) console.error(`  broken, ${same.length} ×: ${problem}`);
process.exit(problems.length ? 1 : 0);
