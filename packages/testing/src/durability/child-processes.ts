import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningHikyaku } from '../start-hikyaku.ts';
import { faultFolder } from './fault-folder.ts';
import { until } from './until.ts';

/** As the supervisor calls them in its run file. */
export type ProcessName = 'postgres' | 'sandbox' | 'api' | 'worker' | 'edge' | 'web';

/** Restarts wait for Postgres's recovery and for a busy machine. */
const NEXT_LIFE_WITHIN_MS = 60_000;

/** The processes of a running Hikyaku, as a test breaks them. */
export interface ChildProcesses {
  /** Undefined while it is down. */
  pidOf(name: ProcessName): number | undefined;
  /**
   * Arms fault points (`handoff.before-insert=kill@2,…`, see core's fault-point.ts) in the present life of one process, in place of those armed
   * before. Resolves when they are armed. Needs `faultPoints: true` at the start.
   */
  arm(name: 'edge' | 'worker', points: string): Promise<void>;
  /** SIGKILL, once it is up. Resolves to the id of the process killed. */
  kill(name: ProcessName): Promise<number>;
  /** Ids of the processes that an edge of several has behind its doors now. */
  behindDoors(): number[];
  /** Resolves when the process of that id has ended, by whatever. */
  ended(pid: number): Promise<void>;
  /** Resolves to the id of the life after `previous`, when it is up (edge: its doors are open; worker: it answers). */
  nextLife(name: ProcessName, previous: number): Promise<number>;
}

export function childProcesses(hikyaku: RunningHikyaku): ChildProcesses {
  const runFile = join(hikyaku.dataDir, 'run', 'processes.json');
  const pidOf = (name: ProcessName): number | undefined => {
    if (!existsSync(runFile)) return undefined;
    const { children } = JSON.parse(readFileSync(runFile, 'utf8')) as { children: { name: string; pid: number }[] };
    return children.findLast((child) => child.name === name && isRunning(child.pid))?.pid;
  };
  return {
    pidOf,
    async arm(name, points) {
      const folder = faultFolder(hikyaku.dataDir);
      mkdirSync(folder, { recursive: true });
      const file = join(folder, name);
      writeFileSync(`${file}.new`, points);
      renameSync(`${file}.new`, file);
      await until(`${name} is armed`, () => !existsSync(file), NEXT_LIFE_WITHIN_MS);
    },
    async kill(name) {
      const pid = await until(`${name} is up`, () => pidOf(name), NEXT_LIFE_WITHIN_MS);
      process.kill(pid, 'SIGKILL');
      return pid;
    },
    behindDoors() {
      const edge = pidOf('edge');
      return edge === undefined ? [] : childrenOf(edge);
    },
    ended: async (pid) => void (await until(`process ${pid} has ended`, () => !isRunning(pid), NEXT_LIFE_WITHIN_MS)),
    async nextLife(name, previous) {
      const isNext = (): number | undefined => {
        const pid = pidOf(name);
        return pid !== undefined && pid !== previous ? pid : undefined;
      };
      const pid = await until(`${name} is started again`, isNext, NEXT_LIFE_WITHIN_MS);
      const port = name === 'edge' || name === 'worker' ? hikyaku.metrics[name] : undefined;
      if (port) await until(`${name} answers`, () => isHealthy(port), NEXT_LIFE_WITHIN_MS);
      return pid;
    },
  };
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return children.filter(isRunning);
  } catch {
    return [];
  }
}

/** A zombie has ended. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const isHealthy = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
