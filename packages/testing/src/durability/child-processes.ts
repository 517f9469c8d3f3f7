import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningHikyaku } from '../start-hikyaku.ts';
import { faultFolder } from './fault-folder.ts';
import { until } from './until.ts';

/** As the supervisor calls them in its run file. */
export type ProcessName = 'postgres' | 'sandbox' | 'api' | 'worker' | 'edge' | 'web';

/** Restarts wait for Postgres's recovery and for a busy machine, where all may be starting. */
const NEXT_LIFE_WITHIN_MS = 120_000;

/** The processes of a running Hikyaku, as a test breaks them. */
export interface ChildProcesses {
  /** Undefined while it is down. */
  pidOf(name: ProcessName): number | undefined;
  /** Of whatever supervisor has the data folder now, also one that is still starting. */
  supervisor(): number | undefined;
  /**
   * Arms fault points (`handoff.before-insert=kill@2,…`, see core's fault-point.ts) in the present life of one process, in place of those armed
   * before. Resolves when they are armed. Needs `faultPoints: true` at the start.
   */
  arm(name: 'edge' | 'worker', points: string): Promise<void>;
  /** Resolves to its id, once it is up. */
  up(name: ProcessName): Promise<number>;
  /** SIGKILL, once it is up. Resolves to the id of the process killed. */
  kill(name: ProcessName): Promise<number>;
  /** Ids of all living processes that were started by one, by those, and so on. */
  below(pid: number): number[];
  /** Ids of the processes that an edge of several has behind its doors now. */
  behindDoors(): number[];
  /** Resolves when the process of that id has ended, by whatever. */
  ended(pid: number): Promise<void>;
  /** Resolves to the id of the life after `previous`, when it is up (edge: its doors are open; worker: it answers). */
  nextLife(name: ProcessName, previous: number): Promise<number>;
}

interface RunFileContent {
  supervisor: { pid: number };
  children: { name: string; pid: number }[];
}

export function childProcesses(hikyaku: RunningHikyaku): ChildProcesses {
  const runFile = join(hikyaku.dataDir, 'run', 'processes.json');
  const running = (): RunFileContent | undefined => {
    if (!existsSync(runFile)) return undefined;
    return JSON.parse(readFileSync(runFile, 'utf8')) as RunFileContent;
  };
  const pidOf = (name: ProcessName): number | undefined =>
    running()?.children.findLast((child) => child.name === name && isRunning(child.pid))?.pid;
  const up = (name: ProcessName): Promise<number> => until(`${name} is up`, () => pidOf(name), NEXT_LIFE_WITHIN_MS);
  return {
    pidOf,
    supervisor: () => {
      const pid = running()?.supervisor.pid;
      return pid !== undefined && isRunning(pid) ? pid : undefined;
    },
    up,
    async arm(name, points) {
      const folder = faultFolder(hikyaku.dataDir);
      mkdirSync(folder, { recursive: true });
      const file = join(folder, name);
      writeFileSync(`${file}.new`, points);
      renameSync(`${file}.new`, file);
      await until(`${name} is armed`, () => !existsSync(file), NEXT_LIFE_WITHIN_MS);
    },
    async kill(name) {
      const pid = await up(name);
      process.kill(pid, 'SIGKILL');
      return pid;
    },
    below,
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

const below = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...below(child)]);

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
