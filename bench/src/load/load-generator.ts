import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Core, LOAD_CORE, onCore } from '../machine/cores.ts';
import type { LoadOrder, LoadResult } from './load-types.ts';

export interface LoadGenerator {
  run(order: LoadOrder): Promise<LoadResult>;
  close(): Promise<void>;
}

/** Starts the load generator on its core, or on both; it is kept for all runs, so that its code is compiled once. */
export async function startLoadGenerator(core: Core = LOAD_CORE): Promise<LoadGenerator> {
  const [command, args] = onCore(core, process.execPath, [join(import.meta.dirname, 'smtp-load.ts')]);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await answer(child);
  return {
    async run(order) {
      child.send(order);
      return (await answer(child)) as LoadResult;
    },
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message),
      once(child, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`the load generator ended: ${code}`))),
    ]);
  } finally {
    stop.abort();
  }
}
