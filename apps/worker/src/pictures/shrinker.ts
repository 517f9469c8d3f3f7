import { programBeside } from '@hikyaku/core';
import { createTenantQueue, type Waiting, waitIn } from '../preparation/tenant-queue.ts';
import { type PictureProcess, startPictureProcess } from './picture-process.ts';
import type { PictureStep } from './shrink-picture.ts';

/** Makes pictures smaller where it can harm nobody (docs/adr/0031). */
export interface Shrinker {
  /**
   * A smaller picture, or null for one that cannot be read.
   * @throws RelayError `mail.preparation_busy` when too many wait; what `signal` says when it ends first
   */
  shrink(tenantId: string, bytes: Buffer, step: PictureStep, signal: AbortSignal): Promise<Buffer | null>;
  close(): void;
}

/** Mails over a limit are few; as many as a worker sends at once may each wait with one picture. */
const MAX_WAITING = 128;
const MAX_WAITING_OF_TENANT = 64;
/** The largest that is opened takes 1.5 s of CPU time; a machine that is twenty times too busy condemns no picture. */
const ANSWER_MS = 30_000;
/** A process that had nothing to do for so long goes: it holds 60 MB. */
const IDLE_MS = 60_000;

/** One process, started when it is first needed; tenants take turns with it, a picture each. */
export function createShrinker(options: { program?: URL; answerMs?: number } = {}): Shrinker {
  const { program = programBeside(import.meta, 'picture-program'), answerMs = ANSWER_MS } = options;
  const queue = createTenantQueue<Waiting<void>>(MAX_WAITING, MAX_WAITING_OF_TENANT);
  let own: PictureProcess | undefined;
  let isBusy = false;
  let idle: NodeJS.Timeout | undefined;

  const handOn = (): void => {
    const next = queue.next();
    isBusy = next !== undefined;
    if (next) next.item.give();
    else idle = setTimeout(() => own?.end(), IDLE_MS).unref();
  };

  return {
    async shrink(tenantId, bytes, step, signal) {
      const turn = waitIn(queue, tenantId, signal);
      if (!isBusy && queue.size() > 0) handOn();
      await turn;
      clearTimeout(idle);
      try {
        if (!own?.isAlive()) own = startPictureProcess(program, answerMs);
        return await own.ask({ bytes, step }, signal);
      } finally {
        handOn();
      }
    },
    close() {
      clearTimeout(idle);
      own?.end();
    },
  };
}
