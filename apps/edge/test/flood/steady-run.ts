/**
 * `npm run test:long -- steady [mails]`: two hundred thousand mails, one a session, accepted and handed off; prints what the process holds as they go by. Exit code 1 when one is
 * refused or has no row, or when memory rises from the second fifth of the run to the last.
 */
import { randomBytes } from 'node:crypto';
import { SmtpLine, type TestCredential } from '@hikyaku/testing';
import { startEdge } from '../harness/start-edge.ts';
import { addDevice, eventually, makeWorld, sendMail, signIn } from '../harness/world.ts';
import { medianOf, residentMb } from './resident-memory.ts';

const SESSIONS = 20;
const DEVICES = 20;
/** Every so many mails one of a picture's size. */
const PICTURE_EVERY = 50;
const LOOKS = 100;
const MOST_GROWTH = 1.1;

const count = Number(process.argv[2] ?? 200_000);
const world = await makeWorld();
await world.database.owner.query('UPDATE tenants SET limits = $1', [
  JSON.stringify({ waitingMails: 1e9, waitingBytes: 1e15, mailsPerDay: 1e9 }),
]);
const devices: TestCredential[] = [];
for (let index = 0; index < DEVICES; index++) devices.push((await addDevice(world)).credential);
const edge = await startEdge({
  databaseUrl: world.database.url,
  masterKey: world.keys.masterKey,
  env: { MAX_MAILS_PER_MINUTE: '1000000', LOG_LEVEL: 'error' },
});
const small = `Subject: alarm\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(2000, 'x');
const picture = `Subject: picture\r\n\r\n${randomBytes(150_000).toString('base64').replace(/.{76}/g, '$&\r\n')}`;
const problems: string[] = [];
const sizes: number[] = [];
const lookEvery = Math.max(1, Math.floor(count / LOOKS));
let begun = 0;
let accepted = 0;

async function send(): Promise<void> {
  for (let number = begun++; number < count; number = begun++) {
    try {
      const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
      await signIn(line, devices[number % DEVICES]!);
      await sendMail(line, number % PICTURE_EVERY ? small : picture);
      accepted += 1;
      await line.say('QUIT');
      line.close();
    } catch (error) {
      problems.push((error as Error).message);
    }
    if (number % lookEvery) continue;
    sizes.push(residentMb(edge.pid));
    if (sizes.length % 10 === 0) console.log(`${accepted} mails, ${sizes.at(-1)} MB`);
  }
}

const startedAt = Date.now();
await Promise.all(Array.from({ length: SESSIONS }, send));
const seconds = (Date.now() - startedAt) / 1000;
await eventually(async () => {
  const [row] = await world.database.owner.query<{ count: number }>('SELECT count(*)::int AS count FROM messages');
  return row!.count === accepted;
}, 120_000).catch(() => void problems.push('mails that were accepted have no row'));
const fifth = Math.ceil(sizes.length / 5);
const [early, late] = [medianOf(sizes.slice(fifth, 2 * fifth)), medianOf(sizes.slice(-fifth))];
if (late > early * MOST_GROWTH) problems.push(`memory grew from ${early} to ${late} MB`);
if ((await edge.stop()) !== 0) problems.push('it did not end well');
await edge.dispose();
await world.database.close();
console.log(
  `${accepted} mails in ${Math.round(seconds)} s: ${early} MB in the second fifth, ${late} MB in the last, ${Math.max(...sizes)} MB at most; ${(((late - early) * 1024) / (count * 0.6)).toFixed(3)} KB a mail`,
);
for (const [problem, same] of Map.groupBy(problems, String)) console.error(`  broken, ${same.length} ×: ${problem}`);
process.exit(problems.length ? 1 : 0);
