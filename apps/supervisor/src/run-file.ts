import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FileLock, lockFile, lockOwner, processMark } from '@hikyaku/core';
import { Complaint } from './complaint.ts';

interface RunningProcess {
  name: string;
  pid: number;
  /** With the start time, so that a reused pid is not mistaken for ours. */
  mark: string;
}

interface RunFileContent {
  supervisor: RunningProcess;
  children: RunningProcess[];
}

const isSame = ({ pid, mark }: RunningProcess): boolean => processMark(pid) === mark;

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
   * Claims the data folder. Leftover children of a dead supervisor are stopped first, within `drainMs`.
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
    const leftovers = readRunFile(path)?.children.filter(isSame) ?? [];
    for (const leftover of leftovers) {
      onLeftover(leftover.name);
      signal(leftover, 'SIGTERM');
    }
    const deadline = Date.now() + drainMs;
    while (leftovers.some(isSame) && Date.now() < deadline) await sleep(50);
    for (const leftover of leftovers.filter(isSame)) signal(leftover, 'SIGKILL');
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

function signal(target: RunningProcess, name: NodeJS.Signals): void {
  try {
    process.kill(target.pid, name);
  } catch {
    // It ended in between.
  }
}
