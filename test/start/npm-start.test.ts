import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { childEnvironment } from '@hikyaku/config';
import { DashboardClient, freePorts, SmtpLine, startAuthority, until } from '@hikyaku/testing';

const root = join(import.meta.dirname, '../..');
const SECOND_START_LIMIT_MS = 40_000;

let folder: string;
let ports: Record<string, string>;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-start-'));
  ports = await freePorts();
});
const runs: Run[] = [];
after(async () => {
  // Only after a failure is anything still running here.
  for (const run of runs.filter(({ process }) => process.exitCode === null && process.signalCode === null))
    pressCtrlC(run);
  await Promise.all(runs.map(({ exit }) => exit));
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  process: ChildProcess;
  output(): string;
  /** Exit code; Ctrl-C makes npm end by the signal once everything below it has ended: that counts as 0. */
  exit: Promise<number | null>;
  ready: Promise<number>;
}

/** `npm start` as a newcomer types it, on ports and a data folder of its own. */
function npmStart(env: Record<string, string> = {}): Run {
  const startedAt = Date.now();
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: childEnvironment({
      HIKYAKU_DATA_DIR: join(folder, 'data'),
      HIKYAKU_SMTP_LISTEN: '127.0.0.1',
      ...ports,
      ...env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const exit = new Promise<number | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal === 'SIGINT' ? 0 : code)),
  );
  const ready = new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
        if (output.includes('Hikyaku is running')) resolve(Date.now() - startedAt);
      });
    }
    void exit.then((code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
  ready.catch(() => {});
  const run = { process: child, output: () => output, exit, ready };
  runs.push(run);
  return run;
}

/** Ctrl-C in a terminal reaches the whole foreground group. */
const pressCtrlC = (run: Run): boolean => process.kill(-run.process.pid!, 'SIGINT');

/** It drained, closed everything and said so. */
async function assertStopped(run: Run): Promise<void> {
  assert.equal(await run.exit, 0, run.output());
  const stopping = run.output().split('Ctrl-C stops it.')[1]!;
  assert.match(stopping, /Stopping edge … [\d.]+ s/);
  assert.match(stopping, /Stopping Postgres … [\d.]+ s/);
  assert.doesNotMatch(stopping, /failed/);
  assert.deepEqual(leftovers(), []);
}

/** Processes that still have something to do with the data folder. */
function leftovers(): string[] {
  const listing = spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).stdout.split('\n');
  return listing.filter(
    (line) =>
      line.includes(folder) ||
      (line.includes(root) &&
        /apps\/(edge|worker|api|supervisor)\/src\/main|next.*-p \d+/.test(line) &&
        line.includes(ports.HIKYAKU_NEXT_PORT!)),
  );
}

/** Whether a client that has this one root takes the TLS door's certificate for its name, of that kind of key. */
const isTrusted = (root: string, kind: 'ecdsa_secp256r1_sha256' | 'rsa_pss_rsae_sha256'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({
      ...{ host: '127.0.0.1', port: Number(ports.HIKYAKU_SMTPS_PORT), servername: 'smtp.relay.test' },
      ...{ ca: root, sigalgs: kind, minVersion: 'TLSv1.3' },
    });
    const end = (isGood: boolean) => {
      socket.destroy();
      resolve(isGood);
    };
    socket.once('secureConnect', () => end(true)).once('error', () => end(false));
  });

test('npm start gets the doors’ certificates from an authority while a session is open, says where everything is, Ctrl-C leaves nothing running, and the second start is quick and finds the data', async (t) => {
  const authority = await startAuthority(Number(ports.HIKYAKU_WEB_PORT));
  t.after(() => authority.close());
  const first = npmStart({
    HIKYAKU_ACME: 'on',
    HIKYAKU_ACME_DIRECTORY: authority.directoryUrl,
    HIKYAKU_ACME_CA_FILE: authority.caFile,
    HIKYAKU_SMTP_HOST: 'smtp.relay.test',
  });
  await first.ready;
  const line = await SmtpLine.open({ port: Number(ports.HIKYAKU_SMTPS_PORT), tls: {} });
  for (const expected of [
    'Dashboard',
    'SMTP host',
    'Operator code',
    'nothing is really sent',
    ports.HIKYAKU_SMTP_SUBMISSION_PORT!,
  ]) {
    assert.ok(first.output().includes(expected), `${expected} in\n${first.output()}`);
  }
  const url = `http://localhost:${ports.HIKYAKU_WEB_PORT}`;
  await new DashboardClient(url).signUp('keeper@example.test');
  const root = await authority.root();
  for (const kind of ['ecdsa_secp256r1_sha256', 'rsa_pss_rsae_sha256'] as const)
    await until(`the authority's certificate by ${kind}`, () => isTrusted(root, kind), 30_000);
  assert.match(await line.say('EHLO before.it.came'), /^250/);
  line.close();
  pressCtrlC(first);
  await assertStopped(first);

  const second = npmStart();
  const ms = await second.ready;
  assert.ok(ms < SECOND_START_LIMIT_MS, `${ms} ms`);
  assert.equal(await new DashboardClient(url).signIn('keeper@example.test'), 200);
  pressCtrlC(second);
  await assertStopped(second);
});

/** Looked at four times a second; the rest is for a machine that runs everything at once. */
const NOTICED_WITHIN_MS = 10_000;
const STOPPED_WITHIN_MS = 40_000;

/** A signal to npm alone, which tells nobody of it: everything that it started notices, drains and ends. */
async function strikeNpm(run: Run, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const struckAt = Date.now();
  run.process.kill(signal);
  await run.exit;
  const within = async (isTrue: () => boolean, limitMs: number): Promise<void> => {
    while (!isTrue()) {
      assert.ok(
        Date.now() - struckAt < limitMs,
        `${limitMs} ms after ${signal}: ${run.output()}\n${leftovers().join('\n')}`,
      );
      await sleep(50);
    }
  };
  await within(() => run.output().includes('Stopping the front'), NOTICED_WITHIN_MS);
  await within(() => leftovers().length === 0, STOPPED_WITHIN_MS);
  // The last line is written when the last process is gone.
  await within(() => /Stopping Postgres … [\d.]+ s/.test(run.output()), STOPPED_WITHIN_MS);
  assert.match(run.output(), /Stopping edge … [\d.]+ s/);
  assert.doesNotMatch(run.output().split('Stopping the front')[1]!, /failed/);
}

test('after SIGKILL of the supervisor the next start ends what was left and works; when npm alone gets SIGTERM, all of it notices, drains and ends', async () => {
  const first = npmStart();
  await first.ready;
  const { supervisor } = JSON.parse(readFileSync(join(folder, 'data/run/processes.json'), 'utf8')) as {
    supervisor: { pid: number };
  };
  process.kill(supervisor.pid, 'SIGKILL');
  assert.notEqual(await first.exit, 0);

  // Quiet logs do not keep it from noticing that its processes are ready.
  const second = npmStart({ HIKYAKU_LOG_LEVEL: 'error' });
  await second.ready;
  assert.equal(
    await new DashboardClient(`http://localhost:${ports.HIKYAKU_WEB_PORT}`).signIn('keeper@example.test'),
    200,
  );
  await strikeNpm(second, 'SIGTERM');
});

test('when npm alone gets SIGKILL, everything that it started notices, drains and ends', async () => {
  const run = npmStart();
  await run.ready;
  await strikeNpm(run, 'SIGKILL');
});

async function refusal(env: Record<string, string>): Promise<string> {
  const run = npmStart(env);
  const code = await run.exit;
  assert.notEqual(code, 0);
  const line = run
    .output()
    .split('\n')
    .find((text) => text.startsWith('Hikyaku did not start:'));
  assert.ok(line, run.output());
  assert.deepEqual(leftovers(), []);
  return line;
}

test('a port in use, an unwritable data folder, an unknown setting and a lost master key each end in one clear line', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  writeFileSync(join(folder, 'a-file'), '');
  const refusals = await Promise.all([
    refusal({ HIKYAKU_WEB_PORT: String(port) }),
    refusal({ HIKYAKU_DATA_DIR: join(folder, 'a-file/data') }),
    refusal({ HIKYAKU_SMTP_HSOT: 'x' }),
  ]);
  server.close();
  assert.match(refusals[0], new RegExp(`port ${port} is in use`));
  assert.match(refusals[1], /cannot be written/);
  assert.match(refusals[2], /did you mean HIKYAKU_SMTP_HOST/);

  const key = readFileSync(join(folder, 'data/master.key'));
  rmSync(join(folder, 'data/master.key'));
  assert.match(await refusal({}), /master key that is missing/);
  assert.match(
    await refusal({ HIKYAKU_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') }),
    /key does not|vault\.key/,
  );
  writeFileSync(join(folder, 'data/master.key'), key, { mode: 0o600 });
});
