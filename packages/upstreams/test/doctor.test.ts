import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { SANDBOX_CLIENTS } from '@hikyaku/core';
import { checkGoogle } from '../src/doctor/check-google.ts';
import { checkMicrosoft } from '../src/doctor/check-microsoft.ts';
import { examineProviders } from '../src/doctor/examine.ts';
import { sandboxGoogle } from '../src/google/config.ts';
import { openUpstreamPool, type UpstreamPool } from '../src/http/upstream-pool.ts';
import { sandboxMicrosoft } from '../src/microsoft/config.ts';
import { type SandboxProcess, startSandbox } from './sandbox-process.ts';

let sandbox: SandboxProcess;
let pool: UpstreamPool;
before(async () => {
  sandbox = await startSandbox();
  pool = openUpstreamPool();
});
after(async () => {
  await pool.close();
  await sandbox.stop();
});

const HERE = 'http://localhost:3000';
const tools = (provider: string, host = HERE) => ({ pool, redirectUri: `${host}/oauth/${provider}/callback` });
const microsoft = (client: object = {}, host?: string) =>
  checkMicrosoft(
    sandboxMicrosoft(sandbox.origin, { ...SANDBOX_CLIENTS.microsoft, ...client }),
    tools('microsoft', host),
  );
const google = (client: object = {}, host?: string) =>
  checkGoogle(sandboxGoogle(sandbox.origin, { ...SANDBOX_CLIENTS.google, ...client }), tools('google', host));
const bad = (findings: { step: number; state: string; text: string }[]) =>
  findings.filter(({ state }) => state !== 'ok').map(({ step, state, text }) => `${step} ${state} ${text}`);

test('a registration that is right has nothing to correct, at both', async () => {
  const settings = {
    isSandbox: true,
    sandboxOrigin: sandbox.origin,
    PUBLIC_URL: HERE,
    MICROSOFT_CLIENT_SECRET_ENDS: '2027-05-31',
  };
  const findings = await examineProviders(settings);
  assert.deepEqual(bad(findings), []);
  assert.deepEqual([...new Set(findings.map(({ step }) => step))], [1, 4, 6, 13, 16]);
  const titles = readFileSync(new URL('../../../docs/going-live.md', import.meta.url), 'utf8').match(/^## \d+\. /gm);
  assert.deepEqual(
    titles,
    Array.from({ length: 20 }, (_, index) => `## ${index + 1}. `),
  );
});

test('a wrong client, secret or redirect address is named with its step and what to correct', async () => {
  const elsewhere = 'https://other.example';
  for (const [findings, expected] of [
    [
      await microsoft({ clientSecret: 'secret-of-the-doctor' }),
      [/^6 wrong .*copy its value, not its id \(AADSTS7000215\)$/],
    ],
    [await microsoft({ clientId: 'nobody' }), [/^2 wrong .*does not know the application/, /^2 wrong/]],
    [await microsoft({}, elsewhere), [/^4 wrong .*add https:\/\/other\.example\/oauth\/microsoft\/callback/]],
    [
      await google({ clientSecret: 'secret-of-the-doctor' }),
      [/^13 wrong client id and secret do not fit \(invalid_client\)/],
    ],
    [await google({}, elsewhere), [/^13 wrong .*add https:\/\/other\.example\/oauth\/google\/callback/]],
  ] as const) {
    const told = bad(findings);
    assert.equal(told.length, expected.length, told.join('; '));
    for (const [index, words] of expected.entries()) assert.match(told[index]!, words);
    assert.doesNotMatch(told.join(), /secret-of-the/);
  }
  await sandbox.knobs({ clientSecret: 'expired' });
  assert.match(bad(await microsoft()).join(), /has ended: make a new one \(AADSTS7000222\)/);
  await sandbox.knobs({ clientSecret: 'valid' });
});

test('a host that is not reached is step 16, and nothing else is guessed', async () => {
  const config = sandboxMicrosoft('http://127.0.0.1:1', SANDBOX_CLIENTS.microsoft);
  const told = bad(await checkMicrosoft(config, tools('microsoft')));
  assert.ok(
    told.length === 2 && told.every((line) => /^16 wrong 127\.0\.0\.1:1 is not reached \(ECONNREFUSED\)/.test(line)),
  );
});

test('an answer that says nothing is not taken for a good one', async () => {
  await sandbox.fault({ provider: 'microsoft', call: 'refresh', status: 503, body: '<html>' });
  await sandbox.fault({ provider: 'microsoft', call: 'authorize', status: 200, body: '<html>' });
  assert.deepEqual(
    bad(await microsoft()).map((line) => line.slice(0, 9)),
    ['4 unknown', '6 unknown'],
  );
});
