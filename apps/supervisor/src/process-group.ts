import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processMark } from '@hikyaku/core';

/** One process; `mark` with its start time, so that a later one of the same id is not mistaken for it. */
export interface MarkedProcess {
  pid: number;
  mark: string;
}

const LOOK_EVERY_MS = 50;

/** Ids of the living processes of a group; none where there is no /proc. */
export function membersOf(group: number): MarkedProcess[] {
  return processIds().flatMap((pid) => {
    const mark = groupOf(pid) === group ? processMark(pid) : null;
    return mark ? [{ pid, mark }] : [];
  });
}

/** A setting that a process was started with; undefined where it has none, or is not ours to look at. */
export function startedWith(pid: number, name: string): string | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

/** True while it runs. */
export const isRunning = ({ pid, mark }: MarkedProcess): boolean => processMark(pid) === mark;

/** Nothing when it has ended by now. */
export function signal(target: MarkedProcess, name: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, name);
  } catch {
    // It ended in between.
  }
}

/** SIGTERM, also to one that was stopped and would not hear it, and SIGKILL after `withinMs`. Resolves when all have ended, or were killed. */
export async function endProcesses(
  processes: readonly MarkedProcess[],
  withinMs: number,
  /** They end with others, in an order of their own. */
  followers: readonly MarkedProcess[] = [],
): Promise<void> {
  for (const one of processes) {
    signal(one, 'SIGTERM');
    signal(one, 'SIGCONT');
  }
  const all = [...processes, ...followers];
  const deadline = performance.now() + withinMs;
  while (all.some(isRunning) && performance.now() < deadline) await sleep(LOOK_EVERY_MS);
  for (const one of all) signal(one, 'SIGKILL');
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

/** proc(5): behind the name come state, parent and group. */
function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}
