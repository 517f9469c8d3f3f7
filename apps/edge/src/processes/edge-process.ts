import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ownEnvironment } from '@hikyaku/config';
import { programBeside } from '@hikyaku/core';
import { EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT } from '@hikyaku/telemetry';
import type { HeldDoor } from './held-doors.ts';
import type { FromProcess, ToProcess } from './process-messages.ts';

const MAIN = fileURLToPath(programBeside(import.meta, 'serving-main'));
/** Recovery of a full journal on a slow disk, on a machine where all processes start at once. */
const READY_WITHIN_MS = 120_000;

/** Ids of processes, over all their lives. */
let started = 0;

/** One life of one of the processes behind the doors. */
export class EdgeProcess {
  readonly id = ++started;
  /** Resolves to the ports of its doors. Rejects when it ends before, or takes too long. */
  readonly ready: Promise<Record<string, number>>;
  /** Its doors are served. */
  isReady = false;
  /** Resolves to how it ended. */
  readonly ended: Promise<string>;
  #child: ChildProcess;

  /** `env`: undefined is our own. `hear`: what it says. Its log lines go to our own output. */
  constructor(
    doors: HeldDoor[],
    env: Record<string, string> | undefined,
    hear: (message: FromProcess, process: EdgeProcess) => void,
  ) {
    this.#child = spawn(process.execPath, [...process.execArgv, ...EDGE_NODE_OPTIONS, MAIN, String(this.id)], {
      env: { ...(env ?? ownEnvironment()), ...MAIL_ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc', ...doors.map(({ handle }) => handle as never)],
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    passOn(this.#child);
    this.ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        reject(new Error(`not ready within ${READY_WITHIN_MS} ms`));
      }, READY_WITHIN_MS);
      this.#child.on('message', (message: FromProcess) => {
        if (message.kind === 'ready') {
          clearTimeout(timer);
          this.isReady = true;
          resolve(message.doors);
        } else hear(message, this);
      });
      void this.ended.then((how) => {
        clearTimeout(timer);
        reject(new Error(`it ended before it was ready: ${how}`));
      });
    });
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToProcess): void {
    // Its end is told by `ended`.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** SIGTERM, and SIGKILL after `withinMs`. Resolves when it has ended. */
  async stop(withinMs: number): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    await this.ended;
    clearTimeout(timer);
  }
}

/** Whole lines only: on one pipe the halves of two processes' lines would be one. */
function passOn({ stdout }: ChildProcess): void {
  let rest = '';
  // Where no descriptor is left it has none; its end is told by `error`.
  stdout?.setEncoding('utf8');
  stdout?.on('data', (text: string) => {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) rest += text;
    else {
      process.stdout.write(rest + text.slice(0, end));
      rest = text.slice(end);
    }
  });
  stdout?.on('end', () => {
    if (rest) process.stdout.write(`${rest}\n`);
  });
}
