import { type ChildProcess, fork } from 'node:child_process';
import type { PictureAnswer, PictureRequest } from './picture-messages.ts';

/** A process that makes pictures smaller, one at a time. */
export interface PictureProcess {
  /** Null when the picture cannot be read, took too long or ended the process. Rejects with what `signal` says when it ends first. */
  ask(request: PictureRequest, signal: AbortSignal): Promise<Buffer | null>;
  isAlive(): boolean;
  end(): void;
}

/** `answerMs`: one that owes an answer for longer is killed. */
export function startPictureProcess(program: URL, answerMs: number): PictureProcess {
  const child: ChildProcess = fork(program, {
    serialization: 'advanced',
    // No keys, and nothing of the worker's own settings.
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let isAlive = true;
  let settle: (picture: Buffer | null) => void = () => {};
  const end = (): void => {
    isAlive = false;
    child.kill('SIGKILL');
    settle(null);
  };
  child.on('message', ({ picture }: PictureAnswer) => settle(picture && Buffer.from(picture)));
  child.on('exit', end);
  child.on('error', end);
  // It waits beside the worker, which may end.
  child.unref();
  child.channel?.unref();
  return {
    async ask(request, signal) {
      signal.throwIfAborted();
      const timer = setTimeout(end, answerMs);
      child.channel?.ref();
      let giveUp = (): void => {};
      try {
        return await new Promise<Buffer | null>((resolve, reject) => {
          settle = resolve;
          giveUp = () => reject(signal.reason);
          signal.addEventListener('abort', giveUp, { once: true });
          if (!isAlive) return resolve(null);
          child.send(request, (error) => error && end());
        });
      } finally {
        settle = () => {};
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        child.channel?.unref();
        // What it still works on is nobody's any more.
        if (signal.aborted) end();
      }
    },
    isAlive: () => isAlive,
    end,
  };
}
