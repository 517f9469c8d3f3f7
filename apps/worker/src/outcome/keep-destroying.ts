import { faultPoint } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import { destroyObjects } from './destroy-objects.ts';

/** Objects of mails sent in this time are looked at together: most small mails share a pack. */
const GATHER_MS = 50;
/** Beyond it, and after any failure, objects are the sweeper's: their keys are gone already. */
const MAX_OBJECTS = 1_000;

export interface Destroyer {
  /** A mail in this object was sent; its key is gone. */
  add(object: string): void;
  /** Resolves when nothing is left to do. */
  close(): Promise<void>;
}

/** Removes the spool objects of sent mails, a few moments behind the sending. */
export function keepDestroying(tools: { database: Database; spool: SpoolStore; logger: Logger }): Destroyer {
  let objects = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();

  const destroy = async (): Promise<void> => {
    const batch = [...objects];
    objects = new Set();
    if (batch.length === 0) return;
    try {
      await faultPoint('worker.after-outcome-before-destroy');
      await destroyObjects(batch, tools);
      await faultPoint('worker.after-destroy');
    } catch (error) {
      tools.logger.warn({ event: 'destroy.failed', objects: batch.length, err: error });
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    working = working.then(destroy);
    return working;
  };
  return {
    add: (object) => {
      if (objects.size < MAX_OBJECTS) objects.add(object);
      timer ??= setTimeout(() => void flush(), GATHER_MS);
    },
    close: flush,
  };
}
