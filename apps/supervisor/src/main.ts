import { extname, join } from 'node:path';
import { listenAddressOf, readNetworks, readSettings } from '@hikyaku/config';
import { RelayError } from '@hikyaku/core';
import { migrate } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { pagePair, watchAuthority } from './acme/watch-authority.ts';
import { Child } from './child.ts';
import { describeChildren } from './children.ts';
import { Complaint } from './complaint.ts';
import { prepareDataDir } from './data-dir.ts';
import { startFront } from './front/front.ts';
import { followMasterKeys } from './keys/find-master-keys.ts';
import { LogFile } from './log-file.ts';
import { findOperatorCode } from './operator-code.ts';
import { checkPorts } from './ports.ts';
import { keepPostgres } from './postgres.ts';
import { createProgress } from './progress.ts';
import { RunFile } from './run-file.ts';
import { describeRunning } from './summary.ts';

const root = join(import.meta.dirname, '../../..');
/** Built or from its source: as we are ourselves. */
const program = extname(import.meta.filename) === '.ts' ? 'src/main.ts' : 'dist/main.mjs';
const progress = createProgress();
/** What is open, in the order in which it was opened. */
const open: { name: string; close(): Promise<unknown> }[] = [];
let runFile: RunFile | undefined;
let stopping: Promise<void> | undefined;

/** Closes everything in reverse order, once. */
function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    for (const { name, close } of open.reverse()) {
      await progress.step(`Stopping ${name}`, close).catch(() => {
        exitCode = 1;
      });
    }
    runFile?.release();
    process.exit(exitCode);
  })();
  return stopping;
}

async function run(): Promise<void> {
  const settings = readSettings();
  await prepareDataDir(settings.DATA_DIR);
  const running = await RunFile.claim(join(settings.DATA_DIR, 'run', 'processes.json'), settings.DRAIN_MS, (name) =>
    progress.note(`Ending ${name}, left over from the last run`),
  );
  runFile = running;
  await checkPorts(settings);
  const masterKeys = await followMasterKeys(settings);

  const log = (name: string) => new LogFile(join(settings.DATA_DIR, 'logs', `${name}.log`));
  // Whatever a terminal would obey is left out.
  const problem = (name: string, text: string) =>
    process.stderr.write(`  [${name}] ${text.slice(0, 500).replace(/\p{C}/gu, '?')}\n`);
  const events = {
    onExit: (pid: number) => running.remove(pid),
    onProblem: problem,
  };

  let databaseUrl = settings.DATABASE_URL;
  const logger = createLogger({ name: 'supervisor', level: 'silent' });
  if (!databaseUrl) {
    const starting = keepPostgres(settings, logger, {
      onSpawn: (pid) => running.add('postgres', pid),
      onExit: events.onExit,
      onProblem: (text) => problem('postgres', text),
    });
    // On the list from its beginning: it outlives us, and who stops us while it starts would leave it running.
    open.push({ name: 'Postgres', close: async () => (await starting.catch(() => null))?.stop() });
    databaseUrl = (await progress.step('Starting Postgres', () => starting)).url;
    if (stopping) return;
  }
  const url = databaseUrl;
  await progress.step('Bringing the database up to date', () => migrate({ url, logger }));
  const operatorCode = await findOperatorCode(settings, url);

  for (const spec of describeChildren({ root, program, settings, databaseUrl: url, masterKeys, operatorCode })) {
    const file = log(spec.name);
    const child = new Child(spec, file, { ...events, onSpawn: (pid) => running.add(spec.name, pid) });
    open.push({
      name: spec.name,
      close: async () => {
        const isClean = await child.stop(settings.DRAIN_MS + 2000);
        await file.close();
        if (!isClean) throw new Error(`${spec.name} had to be killed`);
      },
    });
    await progress.step(`Starting ${spec.name}`, () => child.start());
    if (stopping) return;
  }
  const challenges = new Map<string, string>();
  const front = await startFront({
    challenges,
    ...(settings.HTTPS_PORT ? { tls: { port: settings.HTTPS_PORT, pair: await pagePair(settings) } } : {}),
    port: settings.WEB_PORT,
    host: listenAddressOf(settings.PUBLIC_URL),
    apiPort: settings.API_PORT,
    webPort: settings.NEXT_PORT,
    publicUrl: settings.PUBLIC_URL,
    isProxy: readNetworks(settings.PROXY_SOURCES),
  });
  open.push({ name: 'the front', close: front.close });
  const certificateLog = log('certificates');
  const authority = await watchAuthority(settings, {
    challenges,
    log: (entry) => certificateLog.write(JSON.stringify({ time: new Date().toISOString(), ...entry })),
    onIssued: () =>
      void pagePair(settings)
        .then(front.setPair)
        .catch((error: Error) => problem('certificates', `the new one is not shown: ${error.message}`)),
    onProblem: (text) => problem('certificates', text),
  });
  open.push({ name: 'certificates', close: async () => authority.close() });
  process.stdout.write(`${describeRunning(settings, operatorCode)}\n`);
  process.send?.({ event: 'started' });
}

// Whoever reads what we say may be gone (a closed terminal, a killed test): what we started is to be stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping) process.stdout.write('\n');
    void stop(0);
  });
}

// Whoever started us over IPC (a test) died.
if (process.connected) process.on('disconnect', () => void stop(1));

run().catch((error: unknown) => {
  if (stopping) return;
  const isSaid = error instanceof Complaint || error instanceof RelayError || error instanceof Error;
  process.stderr.write(`\nHikyaku did not start: ${isSaid ? (error as Error).message : String(error)}\n`);
  void stop(1);
});
