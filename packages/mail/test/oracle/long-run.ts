/** `npm run test:long -- mails [count] [first seed]` and `npm run test:long -- corpus FOLDER`; exit code 1 when a reader gets less than before. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateMail } from './generate-mail.ts';
import { READERS } from './mail-reading.ts';
import { type OracleMail, type OracleResult, runOracle } from './run-oracle.ts';

/** Both sides of a batch stay in memory. */
const BATCH = 250;
/** So many losses are told in words. */
const TOLD = 40;

const [what, ...rest] = process.argv.slice(2);
const sources = { mails: generated, corpus };
if (what !== 'mails' && what !== 'corpus') {
  console.error('npm run test:long -- mails [count] [first seed]   or   npm run test:long -- corpus FOLDER');
  process.exit(2);
}
process.exit((await run(sources[what](rest))) ? 1 : 0);

function generated([count = '10000', first = '1']: string[]): OracleMail[] {
  return Array.from({ length: Number(count) }, (_, index) => generateMail(Number(first) + index));
}

function corpus([folder]: string[]): OracleMail[] {
  if (!folder) throw new Error('which folder?');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:eml|msg|txt|mbox)$/i.test(name),
  );
  return names.sort().map((name) => ({ name, raw: readFileSync(join(folder, name)) }));
}

async function run(mails: OracleMail[]): Promise<number> {
  const total = Object.fromEntries(
    READERS.map((reader) => [reader, { better: 0, same: 0, worse: 0 }]),
  ) as OracleResult['counts'];
  let told = 0;
  for (let start = 0; start < mails.length; start += BATCH) {
    const { counts, worse } = await runOracle(mails.slice(start, start + BATCH));
    for (const reader of READERS)
      for (const verdict of ['better', 'same', 'worse'] as const) total[reader][verdict] += counts[reader][verdict];
    for (const { mail, reader, comparison } of worse) {
      if (++told > TOLD) continue;
      console.log(`worse: ${mail.name}, ${reader}`);
      for (const lost of comparison.lost.slice(0, 3)) console.log(`    no longer: ${lost.slice(0, 200)}`);
    }
    console.error(`  ${Math.min(start + BATCH, mails.length)} of ${mails.length}`);
  }
  console.log(`\n| reader | better | same | worse |\n|---|---|---|---|`);
  for (const reader of READERS)
    console.log(`| ${reader} | ${total[reader].better} | ${total[reader].same} | ${total[reader].worse} |`);
  return READERS.reduce((sum, reader) => sum + total[reader].worse, 0);
}
