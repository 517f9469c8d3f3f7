import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@hikyaku/config';
import { faultFolder } from './durability/fault-folder.ts';
import { reservePorts } from './ports/reserve-ports.ts';
import { programOf } from './program-of.ts';

const root = join(import.meta.dirname, '../../..');
/** Generous: two cores at twenty times their load, five processes, a Postgres that is initialised first. */
const START_LIMIT_MS = 240_000;

export interface RunningHikyaku {
  webUrl: string;
  apiUrl: string;
  sandboxUrl: string;
  smtp: {
    host: string;
    submission: number;
    alternative: number;
    smtps: number;
    legacySubmission: number;
    legacySmtps: number;
  };
  metrics: { edge: number; worker: number };
  /** For a later start at the same addresses. */
  ports: Record<string, string>;
  dataDir: string;
  /** Process id of the supervisor. */
  pid: number;
  /** Everything it has printed. */
  output(): string;
  /** SIGTERM and wait; resolves to the exit code. `keepData` leaves the data folder for a next start. */
  stop(options?: { signal?: NodeJS.Signals; keepData?: boolean }): Promise<number | null>;
}

export interface StartOptions {
  /** Settings in the form of the environment. */
  env?: Record<string, string>;
  /** An existing data folder; a new temporary one otherwise. */
  dataDir?: string;
  /** Ports of an earlier run, to start it again as it was. */
  ports?: Record<string, string>;
  /** Fault points can be armed in edge and worker while they run: see durability/child-processes.ts. */
  faultPoints?: boolean;
  /** What runs before our Node, e.g. `unshare` with its arguments; it must end in an exec. */
  launcher?: string[];
}

const PORT_SETTINGS = [
  'WEB_PORT',
  'API_PORT',
  'NEXT_PORT',
  'SANDBOX_PORT',
  'SANDBOX_SMTP_PORT',
  'SMTP_SUBMISSION_PORT',
  'SMTP_ALT_PORT',
  'SMTPS_PORT',
  'LEGACY_SUBMISSION_PORT',
  'LEGACY_SMTPS_PORT',
  'POP3_PORT',
  'POP3S_PORT',
  'METRICS_PORT',
  'WORKER_METRICS_PORT',
] as const;

/** Ports of loopback for everything that `npm start` starts, as settings; nobody else gets them while this process lives. */
export async function freePorts(): Promise<Record<string, string>> {
  const ports = await reservePorts(PORT_SETTINGS.length);
  return Object.fromEntries(PORT_SETTINGS.map((name, index) => [`HIKYAKU_${name}`, String(ports[index])]));
}

/** The supervisor with everything it starts, on ports of its own, in sandbox mode, with failed sign-ins answered quickly. */
export async function startHikyaku(options: StartOptions = {}): Promise<RunningHikyaku> {
  const ports = options.ports ?? (await freePorts());
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hikyaku-run-'));
  const env = childEnvironment({
    HIKYAKU_DATA_DIR: dataDir,
    HIKYAKU_SMTP_LISTEN: '127.0.0.1',
    HIKYAKU_AUTH_FAIL_DELAY_MS: '50',
    // Where several matter a test says so: each is a start of its own, on two cores that twenty of these share.
    HIKYAKU_EDGE_PROCESSES: '1',
    ...(options.faultPoints ? { HIKYAKU_FAULT_POINTS: faultFolder(dataDir) } : {}),
    ...ports,
    ...options.env,
  });
  const [command, ...args] = [
    ...(options.launcher ?? []),
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    programOf('apps/supervisor'),
  ];
  const supervisor = spawn(command!, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [supervisor.stdout!, supervisor.stderr!]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output = (output + text).slice(-100_000);
    });
  }
  const exited = new Promise<number | null>((resolve) => supervisor.once('exit', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      // It would keep us from ending.
      supervisor.kill();
      reject(new Error(`not started in ${START_LIMIT_MS} ms:\n${output}`));
    }, START_LIMIT_MS);
    supervisor.on('message', (message: { event?: string }) => {
      if (message.event !== 'started') return;
      clearTimeout(timer);
      resolve();
    });
    supervisor.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with code ${code}:\n${output}`));
    });
  });
  const port = (name: (typeof PORT_SETTINGS)[number]): number => Number(env[`HIKYAKU_${name}`]);
  return {
    webUrl: `http://localhost:${port('WEB_PORT')}`,
    apiUrl: `http://127.0.0.1:${port('API_PORT')}`,
    sandboxUrl: `http://localhost:${port('SANDBOX_PORT')}`,
    smtp: {
      host: '127.0.0.1',
      submission: port('SMTP_SUBMISSION_PORT'),
      alternative: port('SMTP_ALT_PORT'),
      smtps: port('SMTPS_PORT'),
      legacySubmission: port('LEGACY_SUBMISSION_PORT'),
      legacySmtps: port('LEGACY_SMTPS_PORT'),
    },
    metrics: { edge: port('METRICS_PORT'), worker: port('WORKER_METRICS_PORT') },
    ports,
    dataDir,
    pid: supervisor.pid!,
    output: () => output,
    async stop({ signal = 'SIGTERM', keepData = false } = {}) {
      supervisor.kill(signal);
      const code = await exited;
      if (!keepData) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
  };
}
