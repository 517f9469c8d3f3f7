/**
 * `npm run test:long -- doors [minutes]`: random bytes at every door for ten minutes, from a thousand addresses, while a device sends its mail. Exit code 1 when the edge ends,
 * a door hangs, a mail waits, or memory grows from the middle of the run to its end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpLine } from '@hikyaku/testing';
import { startEdge } from '../harness/start-edge.ts';
import { addDevice, makeWorld, messageOf, sendMail, signIn } from '../harness/world.ts';
import { type FloodedDoor, floodOnce } from './random-client.ts';
import { medianOf, residentMb } from './resident-memory.ts';

const PER_DOOR = 6;
/** Every so many connections somebody who has a credential. */
const KNOWN_EVERY = 5;
const LOOK_EVERY_MS = 1000;
/** From the middle on nothing is new any more: code is compiled, pools are filled, the heap has found its size. */
const MOST_GROWTH = 1.1;

const minutes = Number(process.argv[2] ?? 10);
const world = await makeWorld();
const { credential } = await addDevice(world);
const edge = await startEdge({
  databaseUrl: world.database.url,
  masterKey: world.keys.masterKey,
  // Short, so that many come in turn.
  env: { AUTH_FAIL_DELAY_MS: '20', SMTP_STRANGER_MS: '3000', SMTP_IDLE_MS: '10000', LOG_LEVEL: 'error' },
});
const doors = Object.entries(edge.doors).map(([name, port]): FloodedDoor => {
  const protocol = name.startsWith('pop3') ? 'pop3' : 'smtp';
  return { port, protocol, isTls: /(?:smtps|pop3s)$/i.test(name) };
});
const endAt = Date.now() + minutes * 60_000;
const problems: string[] = [];
let connections = 0;
let hasEnded = false;
void edge.ended.then(() => {
  hasEnded = true;
});
const isOver = (): boolean => hasEnded || Date.now() >= endAt;

async function flood(door: FloodedDoor): Promise<void> {
  while (!isOver()) {
    const isKnown = door.protocol === 'smtp' && ++connections % KNOWN_EVERY === 0;
    await floodOnce(door, isKnown ? credential : null).catch((error: Error) => void problems.push(error.message));
  }
}

async function sendAndLook(): Promise<number[]> {
  const sizes: number[] = [];
  while (!isOver()) {
    try {
      const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
      await signIn(line, credential);
      await messageOf(world.database.owner, await sendMail(line, 'Subject: between\r\n\r\nx'));
      line.close();
    } catch (error) {
      problems.push(`a mail between: ${(error as Error).message}`);
    }
    sizes.push(residentMb(edge.pid));
    if (sizes.length % 30 === 0) console.log(`${connections} connections, ${sizes.length} mails, ${sizes.at(-1)} MB`);
    await sleep(LOOK_EVERY_MS);
  }
  return sizes;
}

const flooding = doors.flatMap((door) => Array.from({ length: PER_DOOR }, () => flood(door)));
const [sizes] = await Promise.all([sendAndLook(), ...flooding]);
/** Over a tenth of the run that ends at `share` of it: one value may stand just before a collection. */
const medianUntil = (share: number): number =>
  medianOf(sizes.slice(Math.floor(sizes.length * (share - 0.1)), Math.ceil(sizes.length * share)));
const [middle, last] = [medianUntil(0.5), medianUntil(1)];
if (last > middle * MOST_GROWTH) problems.push(`memory grew from ${middle} to ${last} MB`);
if (hasEnded) problems.push(`the edge ended: ${await edge.ended}`);
else if ((await edge.stop()) !== 0) problems.push('it did not end well');
for (const { level, ...line } of edge.log) if (level === 'fatal') problems.push(JSON.stringify(line));
await edge.dispose();
await world.database.close();
console.log(
  `${connections} connections at ${doors.length} doors, ${sizes.length} mails between, ${middle} MB in the middle, ${last} MB at the end`,
);
for (const [problem, count] of Map.groupBy(problems, String)) console.error(`  broken, ${count.length} ×: ${problem}`);
process.exit(problems.length ? 1 : 0);
