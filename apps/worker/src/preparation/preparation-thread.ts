import { Worker } from 'node:worker_threads';
import type { PreparationBudget } from './budget.ts';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.ts';

/** What a mail did to its thread. */
export type OverBudget = 'time' | 'memory' | 'crash';

/** The thread was ended while it worked on a mail, because of that mail. */
export class ThreadLost extends Error {
  readonly reason: OverBudget;
  constructor(reason: OverBudget) {
    super(`the thread was lost: ${reason}`);
    this.name = 'ThreadLost';
    this.reason = reason;
  }
}

export interface PreparationThread {
  /** A mail of that many bytes begins: its CPU time counts from here. */
  begin(sizeBytes: number): void;
  /** @throws ThreadLost over budget or dead; what `signal` says, when it ends first: the thread is ended too */
  ask(request: ThreadRequest, signal: AbortSignal): Promise<ThreadAnswer>;
  /** CPU time that the present or last mail has taken, ms. */
  spentMs(): number;
  isAlive(): boolean;
  end(): Promise<void>;
}

/** How often a thread at work is looked at: what it takes beyond its budget in that time is its last. */
const LOOK_MS = 50;
const MB = 1024 * 1024;

/** How a thread is started. */
export interface ThreadStart {
  program: URL;
  budget: PreparationBudget;
  /** Tests only: mails may ask for faults (mail-faults.ts). */
  obeysFaults: boolean;
}

/**
 * Starts a thread and waits until it can work. While it owes an answer its CPU time and memory are watched from outside, which works also when it
 * never comes back to its loop.
 * @throws ThreadLost when it does not start
 */
export async function startThread({ program, budget, obeysFaults }: ThreadStart): Promise<PreparationThread> {
  const worker = new Worker(program, {
    resourceLimits: { maxOldGenerationSizeMb: budget.heapMb, maxYoungGenerationSizeMb: 16 },
    // Nothing of the process that a reader of mail needs: no keys are in its environment.
    env: {},
    workerData: { obeysFaults },
  });
  let waiting: { resolve(answer: ThreadAnswer): void; reject(error: unknown): void } | undefined;
  let isAlive = true;
  let usedMs = 0;
  let beganAtMs = 0;
  let endsAtMs = Number.POSITIVE_INFINITY;
  let crash: OverBudget = 'crash';

  worker.on('message', (answer: ThreadAnswer) => {
    usedMs = answer.cpuMs;
    waiting?.resolve(answer);
  });
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') crash = 'memory';
  });
  worker.on('exit', () => {
    isAlive = false;
    waiting?.reject(new ThreadLost(crash));
  });

  const lose = (error: unknown): void => {
    isAlive = false;
    waiting?.reject(error);
    void worker.terminate();
  };
  const look = async (): Promise<void> => {
    const [cpu, heap] = await Promise.all([worker.cpuUsage(), worker.getHeapStatistics()]);
    usedMs = Math.max(usedMs, (cpu.user + cpu.system) / 1000);
    if (usedMs > endsAtMs) lose(new ThreadLost('time'));
    else if (heap.external_memory > budget.buffersMb * MB) lose(new ThreadLost('memory'));
  };

  const answered = async (send: () => void, signal: AbortSignal | null): Promise<ThreadAnswer> => {
    // A thread that has just ended says so by its exit.
    const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
    const last = setTimeout(() => lose(new ThreadLost('time')), budget.answerMs);
    const giveUp = (): void => lose(signal!.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      return await new Promise<ThreadAnswer>((resolve, reject) => {
        waiting = { resolve, reject };
        if (!isAlive) reject(new ThreadLost(crash));
        else send();
      });
    } finally {
      waiting = undefined;
      clearInterval(timer);
      clearTimeout(last);
      signal?.removeEventListener('abort', giveUp);
    }
  };

  await answered(() => {}, null);
  return {
    begin(sizeBytes) {
      beganAtMs = usedMs;
      endsAtMs = usedMs + budget.cpuMs + (budget.cpuMsPer64Kb * sizeBytes) / 65_536;
    },
    async ask(request, signal) {
      // It may have ended while the thread was started.
      signal.throwIfAborted();
      return answered(() => worker.postMessage(request), signal);
    },
    spentMs: () => usedMs - beganAtMs,
    isAlive: () => isAlive,
    end: async () => {
      isAlive = false;
      await worker.terminate();
    },
  };
}
