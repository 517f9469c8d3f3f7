import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { childEnvironment } from '@hikyaku/config';

const root = join(import.meta.dirname, '../../..');
const START_LIMIT_MS = 30_000;

export interface SpawnedApp {
  /** Everything it has printed. */
  output(): string;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** A real process of ours under `env`; resolves at its `started` line. @throws Error with what it printed when it ends before. */
export async function spawnApp(entry: string, env: Record<string, string | undefined>): Promise<SpawnedApp> {
  const child = run(entry, env);
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not started:\n${output}`)), START_LIMIT_MS);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('"event":"started"')) settle();
      });
    }
    exited.then((code) => settle(new Error(`ended with ${code}:\n${output}`)));
  });
  return {
    output: () => output,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** A process that is expected to refuse to start: its exit code and what it printed. */
export async function refusalOf(
  entry: string,
  env: Record<string, string | undefined>,
): Promise<{ code: number | null; output: string }> {
  const child = run(entry, env);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', (exitCode) => resolve(exitCode)));
  clearTimeout(timer);
  return { code, output };
}

function run(entry: string, env: Record<string, string | undefined>): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry], {
    cwd: root,
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
