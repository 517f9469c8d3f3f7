import { newId } from '@hikyaku/core';
import { chooseBackend, type StoreChoice } from './choose-backend.ts';
import { JOB_CATALOGUE, type JobPayload, type OtherJob } from './job-catalogue.ts';
import { openLazily } from './open-lazily.ts';

export interface JobQueue<Name extends OtherJob> {
  /**
   * Asks for a job, unless one of the same `id` waits or runs. What must happen is in Postgres, and whoever looks there asks again: the store may
   * lose everything.
   * @throws RelayError `queue.unavailable`; an error of zod for a payload that is none
   */
  add(payload: JobPayload<Name>, options: { id: string; delayMs?: number }): Promise<void>;
  /** Jobs by state. @throws RelayError `queue.unavailable` */
  counts(): Promise<{ waiting: number; active: number; delayed: number }>;
  close(): Promise<void>;
}

/** The producer's side of jobs that are no turns. Opens while the store is away. */
export function openJobQueue<Name extends OtherJob>(name: Name, store: StoreChoice): JobQueue<Name> {
  const kind = JOB_CATALOGUE[name];
  const { call, close } = openLazily(chooseBackend(store), kind.queue);
  return {
    async add(payload, { id, delayMs = 0 }) {
      const data = kind.payload.parse(payload);
      await call(({ queue }) =>
        queue.add(name, data, {
          // Never the same twice: adding a kept id does nothing and says nothing.
          jobId: newId(),
          deduplication: { id },
          attempts: kind.attempts,
          backoff: { type: 'custom' },
          delay: Math.ceil(delayMs),
          removeOnComplete: true,
          removeOnFail: true,
          stackTraceLimit: 1,
        }),
      );
    },
    counts: () =>
      call(async ({ queue }) => {
        const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts('waiting', 'active', 'delayed');
        return { waiting, active, delayed };
      }),
    close,
  };
}
