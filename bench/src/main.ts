/** `npm run bench`: the parts named (all without a name), `--short` or `--long`; tables in Markdown on standard output. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine/describe-machine.ts';
import { accept } from './parts/accept.ts';
import type { BenchPart, Length } from './parts/bench-part.ts';
import { delivered } from './parts/delivered.ts';
import { edge } from './parts/edge.ts';
import { fairness } from './parts/fairness.ts';
import { history } from './parts/history.ts';
import { idle } from './parts/idle.ts';
import { journal } from './parts/journal.ts';
import { log } from './parts/log.ts';
import { mail } from './parts/mail.ts';
import { mailboxes } from './parts/mailboxes.ts';
import { memory } from './parts/memory.ts';
import { profile } from './parts/profile.ts';
import { web } from './parts/web.ts';

const PARTS: BenchPart[] = [
  accept,
  edge,
  delivered,
  fairness,
  mailboxes,
  memory,
  idle,
  journal,
  mail,
  profile,
  history,
  web,
  log,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean' }, long: { type: 'boolean' }, folder: { type: 'string', default: tmpdir() } },
});
const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length) {
  console.error(`no such part: ${unknown.join(', ')} (there are ${PARTS.map(({ name }) => name).join(', ')})`);
  process.exit(2);
}
const length: Length = values.short ? 'short' : values.long ? 'long' : 'default';
const folder = mkdtempSync(join(values.folder, 'hikyaku-bench-'));
// Postfix's and Postgres's users go through it.
chmodSync(folder, 0o755);

const say = (text: string): void => console.error(`  ${text}`);
const problems: string[] = [];
console.log(`\n${describeMachine(folder)} · ${length}\n`);
try {
  for (const part of PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const startedAt = performance.now();
    say(`── ${part.name}: ${part.what}`);
    const result = await part.run({ length, folder, say });
    problems.push(...result.problems);
    console.log(`\n## ${part.name}: ${part.what}\n\n${result.text}\n`);
    say(`${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(`  ✗ ${problem}`);
process.exit(problems.length ? 1 : 0);
