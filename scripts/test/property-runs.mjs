// `npm run test:long -- properties [rounds] [first seed]`: every file with properties once a round, each round with another seed (`npm test` has one for all commits).
// Exit code 1 when a round failed; its seed is named, and `properties 1 SEED` runs it again.
import { globSync, readFileSync } from 'node:fs';
import { root } from './command.mjs';
import { nodeTests } from './node-tests.mjs';

const [rounds = '20', first = String(Date.now() % 1_000_000_000)] = process.argv.slice(2);
const files = globSync(['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'], { cwd: root }).filter(
  (file) => !file.includes('node_modules') && readFileSync(`${root}/${file}`, 'utf8').includes("from 'fast-check'"),
);
const failed = [];
for (let round = 0; round < Number(rounds); round++) {
  const seed = Number(first) + round;
  console.log(`\n── seed ${seed}`);
  process.env.HIKYAKU_PROPERTY_SEED = String(seed);
  if ((await nodeTests({ files })).failed > 0) failed.push(seed);
}
console.log(`\n${files.length} files, ${rounds} rounds from seed ${first}; failed: ${failed.join(', ') || 'none'}`);
process.exit(failed.length > 0 ? 1 : 0);
