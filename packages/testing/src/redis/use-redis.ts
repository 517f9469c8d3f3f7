import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { reservePort } from '../ports/reserve-ports.ts';

export interface TestRedis {
  url: string;
  port: number;
  /** As a crash: everything in it is lost. */
  stop(): Promise<void>;
  /** Again on the same port, empty. */
  start(): Promise<void>;
  /** Everything in it is lost, and nobody's connection notices. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The distribution's redis-server on a port and a folder of its own, keeping nothing on disk. Ends with the test's process at the latest.
 * @throws Error when there is no redis-server; tests never skip.
 */
export async function useRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-redis-'));
  let server: ChildProcess | undefined;
  const port = await reservePort();

  const start = async (): Promise<void> => {
    server = await launch(port, folder);
  };
  const stop = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  const killAtExit = () => void server?.kill('SIGKILL');
  process.once('exit', killAtExit);
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    stop,
    flush: () => flushAll(port),
    close: async () => {
      process.off('exit', killAtExit);
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when it takes connections. */
async function launch(port: number, folder: string): Promise<ChildProcess> {
  const options = { port, bind: '127.0.0.1', dir: folder, appendonly: 'no', 'maxmemory-policy': 'noeviction' };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', [...flags, '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('redis-server is missing: apt-get install redis-server') : error),
    );
    child.once('exit', () => reject(new Error(`redis-server ended: ${lines.slice(-3).join(' ')}`)));
  });
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout! })) {
      lines.push(line);
      if (line.includes('Ready to accept connections')) break;
    }
    child.stdout!.resume();
  })();
  // The stream ends before the exit is told.
  await Promise.race([failed, ready.then(() => (lines.at(-1)?.includes('Ready') ? undefined : failed))]);
  failed.catch(() => {});
  return child;
}

/** One inline command: no client is needed for it. */
async function flushAll(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  if (!answer.toString().startsWith('+OK')) throw new Error(`FLUSHALL: ${answer}`);
}
