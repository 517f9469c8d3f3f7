import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@hikyaku/config';
import type { DoorName } from '@hikyaku/core';
import { EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT } from '@hikyaku/telemetry';
import { programOf, readLogLines, reservePorts } from '@hikyaku/testing';
import { edgeKeysOf, parseMasterKeys } from '@hikyaku/vault';

/** For hangs: from its sources, on a machine at fifty times its load. */
const READY_WITHIN_MS = 120_000;

type LogLine = { event?: string; level?: string } & Record<string, unknown>;

/** A real edge process. */
export interface RunningEdge {
  doors: Record<DoorName, number>;
  metricsPort: number;
  dataDir: string;
  pid: number;
  /** Every line it logged. */
  log: LogLine[];
  /** Resolves to the exit code, or the signal. */
  ended: Promise<number | NodeJS.Signals>;
  /** SIGTERM; resolves to the exit code. The data folder stays. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  /** Stops it and removes its data folder. */
  dispose(): Promise<void>;
}

/** Starts the edge on ports of its own. `env`: settings without their prefix. A failed start rejects with its log. */
export async function startEdge(options: {
  databaseUrl: string;
  masterKey: string;
  dataDir?: string;
  env?: Record<string, string>;
}): Promise<RunningEdge> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hikyaku-edge-'));
  const given = Object.fromEntries(
    Object.entries(options.env ?? {}).map(([name, value]) => [`HIKYAKU_${name}`, value]),
  );
  const doors = [
    ...['SMTP_SUBMISSION_PORT', 'SMTP_ALT_PORT', 'SMTPS_PORT', 'LEGACY_SUBMISSION_PORT', 'LEGACY_SMTPS_PORT'],
    ...['POP3_PORT', 'POP3S_PORT'],
  ];
  const ports = await reservePorts(doors.length);
  const child = spawn(process.execPath, [...EDGE_NODE_OPTIONS, programOf('apps/edge')], {
    env: childEnvironment({
      DATABASE_URL: options.databaseUrl,
      REDIS_URL: undefined,
      ...Object.fromEntries(doors.map((name, index) => [`HIKYAKU_${name}`, String(ports[index])])),
      HIKYAKU_METRICS_PORT: '0',
      HIKYAKU_SMTP_LISTEN: '127.0.0.1',
      HIKYAKU_SANDBOX: 'on',
      HIKYAKU_DATA_DIR: dataDir,
      HIKYAKU_EDGE_KEY: edgeKeysOf(parseMasterKeys([options.masterKey])).join(','),
      HIKYAKU_AUTH_FAIL_DELAY_MS: '50',
      HIKYAKU_DRAIN_MS: '4000',
      // Where several matter a test says so: each is a start of its own.
      HIKYAKU_EDGE_PROCESSES: '1',
      ...MAIL_ENVIRONMENT,
      ...given,
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: LogLine[] = [];
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? 0));
  });
  const started = await readUntilStarted(child, log, ended);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return {
    doors: started.doors as RunningEdge['doors'],
    metricsPort: started.metricsPort as number,
    dataDir,
    pid: child.pid!,
    log,
    ended,
    stop,
    dispose: async () => {
      await stop(child.exitCode === null ? 'SIGKILL' : 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function readUntilStarted(child: ChildProcess, log: LogLine[], ended: Promise<unknown>): Promise<LogLine> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`the edge ${why}:\n${log.map((line) => JSON.stringify(line)).join('\n')}`));
    const timer = setTimeout(fail, READY_WITHIN_MS, 'did not get ready');
    void ended.then(() => fail('ended'));
    readLogLines<LogLine>(child.stdout!, (line) => {
      log.push(line);
      if (line.event !== 'started') return;
      clearTimeout(timer);
      resolve(line);
    });
  });
}
