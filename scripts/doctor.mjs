// npm run doctor: walks through docs/going-live.md with the settings of the environment. Exit code 1 where something is wrong.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../packages/config/src/index.ts';
import { examineProviders } from '../packages/upstreams/src/index.ts';

const MARKS = { ok: 'ok   ', wrong: 'WRONG', unknown: '?    ' };

async function run() {
  const settings = readSettings();
  const hasClients = settings.MICROSOFT_CLIENT_ID || settings.GOOGLE_CLIENT_ID;
  if (settings.isSandbox) console.log('Sandbox mode: the sandbox is asked in place of Microsoft and Google.\n');
  else if (!hasClients) console.log('Neither provider is set up: begin at step 1 of docs/going-live.md.\n');
  const findings = await examineProviders(settings);
  const page = readFileSync(join(import.meta.dirname, '../docs/going-live.md'), 'utf8');
  for (const [, number, title] of page.matchAll(/^## (\d+)\. (.+)$/gm)) {
    const found = findings.filter(({ step }) => step === Number(number));
    console.log(`${number.padStart(2)}. ${title}${found.length ? '' : '  (by hand)'}`);
    for (const { state, text } of found) console.log(`    ${MARKS[state]} ${text}`);
  }
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1;
}

run().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
