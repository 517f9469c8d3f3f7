import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type FileLock, lockFile, lockOwner, processMark } from '@hikyaku/core';
import { Complaint } from './complaint.ts';
import { endProcesses, isRunning, type MarkedProcess, membersOf, startedWith } from './process-group.ts';

interface RunningProcess extends MarkedProcess {
  name: string;
}

interface RunFileContent {
  supervisor: RunningProcess;
  children: RunningProcess[];
}

/** What runs now, on disk, so that a start after SIGKILL finds what was left. */
export class RunFile {
  #path: string;
  #content: RunFileContent;
  #lock: FileLock;

  private constructor(path: string, lock: FileLock) {
    this.#path = path;
    this.#lock = lock;
    this.#content = {
      supervisor: { name: 'supervisor', pid: process.pid, mark: processMark(process.pid) ?? '' },
      children: [],
    };
  }

  /**
   * Claims the data folder. Leftover children of a dead supervisor are stopped first, and what these had started, within `drainMs`.
   * @throws Complaint when another supervisor is alive.
   */
  static async claim(path: string, drainMs: number, onLeftover: (name: string) => void): Promise<RunFile> {
    const lockPath = join(dirname(path), 'lock');
    const lock = lockFile(lockPath);
    if (!lock) {
      throw new Complaint(
        `Hikyaku is already running on this data folder (process ${lockOwner(lockPath) ?? 'unknown'})`,
      );
    }
    const { leaders, followers, orphans } = leftoversOf(readRunFile(path)?.children ?? [], dirname(dirname(path)));
    for (const { name } of [...leaders, ...orphans]) onLeftover(name);
    await endProcesses([...leaders, ...orphans], drainMs, followers);
    const file = new RunFile(path, lock);
    file.#write();
    return file;
  }

  add(name: string, pid: number): void {
    this.#content.children.push({ name, pid, mark: processMark(pid) ?? '' });
    this.#tryToWrite();
  }

  remove(pid: number): void {
    this.#content.children = this.#content.children.filter((child) => child.pid !== pid);
    this.#tryToWrite();
  }

  release(): void {
    rmSync(this.#path, { force: true });
    this.#lock.release();
  }

  /** On a full disk children end and are started again all the same; the next change notes them. */
  #tryToWrite(): void {
    try {
      this.#write();
    } catch {
      // Whoever is not noted ends by himself when we are gone; Postgres is found by a file of its own.
    }
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

/**
 * What still runs of a former life: children, what they have started, which they end themselves, and what was started by those that are gone. A child leads a group of its
 * own; the number of an empty one may be somebody else's by now, so that only processes of this data folder count.
 */
function leftoversOf(children: RunningProcess[], dataDir: string) {
  const found = {
    leaders: children.filter(isRunning),
    followers: [] as RunningProcess[],
    orphans: [] as RunningProcess[],
  };
  for (const child of children) {
    const members = membersOf(child.pid).filter(({ pid }) => pid !== child.pid && isOf(dataDir, pid));
    const kin = isRunning(child) ? found.followers : found.orphans;
    kin.push(...members.map((member) => ({ name: child.name, ...member })));
  }
  return found;
}

function isOf(dataDir: string, pid: number): boolean {
  const folder = startedWith(pid, 'HIKYAKU_DATA_DIR');
  return folder !== undefined && resolve(folder) === resolve(dataDir);
}
