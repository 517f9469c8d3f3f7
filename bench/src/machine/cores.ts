import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { processTree } from './process-tree.ts';

/** As taskset names them. */
export type Core = 0 | 1 | '0,1';

/** Everything that serves. */
export const SERVER_CORE = 0;
/** The load generator, and stand-ins for others' machines. */
export const LOAD_CORE = 1;
/** Of a server that takes the whole machine, the load generator beside it. */
export const BOTH_CORES = '0,1';

/** @throws Error where server and load cannot have a core each */
export function assertTwoCores(): void {
  if (cpus().length < 2) throw new Error('server and load generator need a core each; this machine has one');
}

/** A command line that runs on one core, or on both, its threads and children too. */
export function onCore(core: Core, command: string, args: readonly string[]): [string, string[]] {
  return ['taskset', ['-c', String(core), command, ...args]];
}

/** Moves a running process with its threads and descendants. */
export function moveToCore(core: Core, root: number): void {
  for (const { pid } of processTree(root)) {
    spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
  }
}
