import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Complaint } from './complaint.ts';

interface RunningProcess {
  name: string;
  pid: number;
  /** Start time in clock ticks from /proc, so that a reused pid is not mistaken for ours. */
  startedAt: string;
}

interface RunFileContent {
  supervisor: RunningProcess;
  children: RunningProcess[];
}

/** Start time of a live process; undefined when there is none (or no /proc: then the pid alone has to do). */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    if (existsSync('/proc/self/stat')) return undefined;
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return undefined;
  }
}

const isSame = (process: RunningProcess): boolean => startTime(process.pid) === process.startedAt;

/** What runs now, on disk, so that a start after SIGKILL finds what was left. */
export class RunFile {
  #path: string;
  #content: RunFileContent;

  private constructor(path: string) {
    this.#path = path;
    this.#content = {
      supervisor: { name: 'supervisor', pid: process.pid, startedAt: startTime(process.pid) ?? '' },
      children: [],
    };
  }

  /**
   * Claims the data folder. Leftover children of a dead supervisor are stopped first, within `drainMs`.
   * @throws Complaint when another supervisor is alive.
   */
  static async claim(path: string, drainMs: number, onLeftover: (name: string) => void): Promise<RunFile> {
    const previous = readRunFile(path);
    if (previous && isSame(previous.supervisor) && previous.supervisor.pid !== process.pid) {
      throw new Complaint(`Hikyaku is already running on this data folder (process ${previous.supervisor.pid})`);
    }
    const leftovers = previous?.children.filter(isSame) ?? [];
    for (const leftover of leftovers) {
      onLeftover(leftover.name);
      signal(leftover, 'SIGTERM');
    }
    const deadline = Date.now() + drainMs;
    while (leftovers.some(isSame) && Date.now() < deadline) await sleep(50);
    for (const leftover of leftovers.filter(isSame)) signal(leftover, 'SIGKILL');
    const file = new RunFile(path);
    file.#write();
    return file;
  }

  add(name: string, pid: number): void {
    this.#content.children.push({ name, pid, startedAt: startTime(pid) ?? '' });
    this.#write();
  }

  remove(pid: number): void {
    this.#content.children = this.#content.children.filter((child) => child.pid !== pid);
    this.#write();
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#content), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function readRunFile(path: string): RunFileContent | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunFileContent;
  } catch {
    return undefined;
  }
}

function signal(target: RunningProcess, name: NodeJS.Signals): void {
  try {
    process.kill(target.pid, name);
  } catch {
    // It ended in between.
  }
}
