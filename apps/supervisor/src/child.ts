import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LogFile } from './log-file.ts';
import { endProcesses, membersOf } from './process-group.ts';

export interface ChildSpec {
  name: string;
  /** Arguments for our own Node. */
  args: string[];
  cwd: string;
  /** Asked at each start. */
  env(): Record<string, string>;
  /** True for the line that tells the child is ready. */
  isReadyLine(line: string): boolean;
  /** Longest wait before it is started again; RESTART_MAX_MS. */
  restartMaxMs: number;
  /** What it had started gets so long to end by itself when it is gone. */
  drainMs: number;
}

export interface ChildEvents {
  onSpawn(pid: number): void;
  onExit(pid: number): void;
  /** A line of level error or fatal, or one that is no JSON on standard error. */
  onProblem(name: string, text: string): void;
}

const START_LIMIT_MS = 60_000;
const RESTART_FIRST_MS = 500;
/** A child that lived that long starts its back-off anew. */
const SETTLED_MS = 60_000;

/** One supervised process: started again with growing waits when it ends by itself. */
export class Child {
  readonly spec: ChildSpec;
  #events: ChildEvents;
  #log: LogFile;
  #process: ChildProcess | undefined;
  #isStopping = false;
  #restartMs: number;
  #restartTimer: NodeJS.Timeout | undefined;
  #lastProblem = '';

  constructor(spec: ChildSpec, log: LogFile, events: ChildEvents) {
    this.spec = spec;
    this.#log = log;
    this.#events = events;
    this.#restartMs = this.#firstRestartMs();
  }

  /** Starts it and waits for its ready line. @throws Error with the child's last words when it ends or stays silent. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.spec.name} did not get ready in ${START_LIMIT_MS / 1000} s`)),
        START_LIMIT_MS,
      );
      const settle = (error?: Error) => {
        clearTimeout(timer);
        if (error) {
          this.#isStopping = true;
          reject(error);
        } else resolve();
      };
      this.#spawn(
        () => settle(),
        (text) => settle(new Error(`${this.spec.name} did not start${text ? `: ${text}` : ''}`)),
      );
    });
  }

  #spawn(onReady: () => void, onEarlyExit: (lastWords: string) => void): void {
    const startedAt = Date.now();
    let isReady = false;
    let child: ChildProcess;
    try {
      // Own process group: Ctrl-C reaches the supervisor alone, which stops its children in order. The IPC channel tells them when it dies.
      child = spawn(process.execPath, this.spec.args, {
        cwd: this.spec.cwd,
        env: this.spec.env(),
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
    } catch (error) {
      // No memory for one more process, or keys that cannot be read now: one child is missing, and the others must not end for it.
      this.#noteProblem(`could not be launched: ${(error as Error).message}`, true);
      onEarlyExit(this.#lastProblem);
      if (!this.#isStopping) this.#again('was not launched');
      return;
    }
    child.on('error', (error) => this.#noteProblem(error.message, true));
    if (!child.stdout || !child.stderr) {
      // No descriptor is left; `error` says so in a moment.
      onEarlyExit('too many open files');
      if (!this.#isStopping) this.#again('was not launched');
      return;
    }
    this.#process = child;
    if (child.pid !== undefined) this.#events.onSpawn(child.pid);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#log.write(line);
      this.#noteProblem(line, false);
      if (!isReady && this.spec.isReadyLine(line)) {
        isReady = true;
        onReady();
      }
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.write(line);
      this.#noteProblem(line, true);
    });
    // An edge starts processes of its own; since its own start a rotation may have changed the keys.
    child.on('message', (message: { kind?: string }) => {
      if (message.kind !== 'environment') return;
      try {
        child.send({ kind: 'environment', env: this.spec.env() }, () => {});
      } catch (error) {
        // It goes on with what it has.
        this.#noteProblem(`its environment cannot be had: ${(error as Error).message}`, true);
      }
    });
    // Whoever it had started and hangs would keep its output open for ever, and with it ports and locks.
    child.on('exit', () => {
      if (child.pid !== undefined) void endProcesses(membersOf(child.pid), this.spec.drainMs);
    });
    child.on('close', (code, signalName) => {
      if (child.pid !== undefined) this.#events.onExit(child.pid);
      this.#process = undefined;
      if (!isReady) onEarlyExit(this.#lastProblem);
      if (this.#isStopping) return;
      if (Date.now() - startedAt > SETTLED_MS) this.#restartMs = this.#firstRestartMs();
      this.#again(`ended (${signalName ?? code})`);
    });
  }

  #again(why: string): void {
    this.#events.onProblem(this.spec.name, `${why}; starting it again in ${this.#restartMs / 1000} s`);
    const nothing = (): void => {};
    this.#restartTimer = setTimeout(() => this.#spawn(nothing, nothing), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, this.spec.restartMaxMs);
  }

  #firstRestartMs(): number {
    return Math.min(RESTART_FIRST_MS, this.spec.restartMaxMs);
  }

  #noteProblem(line: string, isErrorStream: boolean): void {
    let text: string | undefined;
    try {
      const entry = JSON.parse(line) as { level?: string; event?: string; msg?: string; err?: { message?: string } };
      if (entry.level === 'error' || entry.level === 'fatal') {
        text = [entry.event, entry.msg, entry.err?.message].filter(Boolean).join(': ');
      }
    } catch {
      if (isErrorStream && line.trim() && !/Warning|--trace-warnings/.test(line)) text = line;
    }
    if (!text) return;
    this.#lastProblem = text;
    this.#events.onProblem(this.spec.name, text);
  }

  /** SIGTERM, then SIGKILL after `drainMs`. Resolves to false when it had to be killed. */
  stop(drainMs: number): Promise<boolean> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#process;
    if (!child) return Promise.resolve(true);
    return new Promise((resolve) => {
      let isClean = true;
      const timer = setTimeout(() => {
        isClean = false;
        child.kill('SIGKILL');
      }, drainMs);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(isClean);
      });
      child.kill('SIGTERM');
    });
  }
}
