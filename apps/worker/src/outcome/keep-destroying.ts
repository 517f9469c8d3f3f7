import { faultPoint } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import { type Gatherer, gather } from '../gather.ts';
import { destroyObjects } from './destroy-objects.ts';

/** Objects of mails sent in this time are looked at together: most small mails share a pack. */
const GATHER_MS = 50;
/** Beyond it, and after any failure, objects are the sweeper's: their keys are gone already. */
const MAX_OBJECTS = 1_000;

/** Removes the spool objects of sent mails, a few moments behind the sending. To be told of each object in which a mail was sent. */
export function keepDestroying(tools: { database: Database; spool: SpoolStore; logger: Logger }): Gatherer<string> {
  return gather({
    ms: GATHER_MS,
    max: MAX_OBJECTS,
    async work(objects) {
      await faultPoint('worker.after-outcome-before-destroy');
      await destroyObjects(objects, tools);
      await faultPoint('worker.after-destroy');
    },
    onFailure: (error) => tools.logger.warn({ event: 'destroy.failed', err: error }),
  });
}
