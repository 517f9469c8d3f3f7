// The runs of `npm run torture`, one after the other. A line per event, a table at the end; exit code 1 when a promise was broken.
import { runTorture } from '../../packages/testing/src/index.ts';

const SEEDS = [1, 2, 3];
const KILLS = { edge: 12, worker: 16, postgres: 8 };
/** Each other kind of blow twice. */
const UPSETS = 18;
/** As in the short form. */
const MOST_MB = 450;

const given = process.argv.slice(2).map(Number);
const startedAt = Date.now();
const rows = [];
let isBroken = false;
for (const seed of given.length ? given : SEEDS) {
  for (const backend of ['postgres', 'redis']) {
    const name = `seed ${seed}, BullMQ on ${backend}`;
    console.log(`\n── ${name}`);
    try {
      const report = await runTorture({
        seed,
        backend,
        mails: 500,
        mailboxes: 40,
        tenants: 3,
        kills: backend === 'redis' ? { ...KILLS, redis: 6 } : KILLS,
        upsets: UPSETS,
        faultsEach: 8,
        say: console.log,
      });
      const { problems, kills, peakMb, ...counts } = report;
      for (const [which, mb] of Object.entries(peakMb)) {
        if (mb > MOST_MB) problems.push(`${which} took ${mb} MB`);
      }
      for (const problem of problems) console.error(`  broken: ${problem}`);
      isBroken ||= problems.length > 0 || counts.duplicatesUnexplained > 0;
      const sum = Object.values(kills).reduce((total, count) => total + count, 0);
      rows.push({ run: name, ...counts, kills: sum, edgeMb: peakMb.edge, workerMb: peakMb.worker });
    } catch (error) {
      console.error(error);
      isBroken = true;
      rows.push({ run: `${name}: did not end` });
    }
  }
}
for (const { run, ...counts } of rows) {
  console.log(`\n${run}`);
  for (const [what, count] of Object.entries(counts)) console.log(`  ${what.padEnd(24)} ${String(count).padStart(6)}`);
}
console.log(
  `\n${isBroken ? 'a promise was broken' : 'every promise was kept'}, ${Math.round((Date.now() - startedAt) / 1000)} s`,
);
process.exit(isBroken ? 1 : 0);
