// The run of `npm run torture -- --kill-edges N [seed]`. A line per twenty kills, counts at the end; exit code 1 when a promise was broken.
import { runEdgeKills } from '../../packages/testing/src/index.ts';

const [kills, seed] = process.argv.slice(2).map(Number);
const { problems, probes, ...counts } = await runEdgeKills({ kills, seed, say: console.log });
for (const problem of problems) console.error(`  broken: ${problem}`);
const shown = {
  ...counts,
  'connections made': probes.greeted + probes.cut + probes.refused,
  'connections refused': probes.refused,
  'cut in their greeting': probes.cut,
};
console.log(`\n${kills} kills of single edge processes, seed ${seed}`);
for (const [what, count] of Object.entries(shown)) console.log(`  ${what.padEnd(24)} ${String(count).padStart(6)}`);
console.log(problems.length ? 'a promise was broken' : 'every promise was kept');
process.exit(problems.length ? 1 : 0);
