import { RelayError, within } from '@hikyaku/core';
import type { JobBackend, OpenedQueue } from './job-backend.ts';

/** Nobody waits longer for the queue's store: what a call cannot do, the sweeper does. */
const CALL_DEADLINE_MS = 5_000;

/**
 * The producer's side of one queue. Resolves at once, whether the store answers or not: who puts something in starts and works without it.
 * Connects in the background and again with each call.
 */
export function openLazily(backend: JobBackend, queueName: string) {
  let opening: Promise<OpenedQueue> | undefined;
  let isClosed = false;

  const open = (): Promise<OpenedQueue> => {
    opening ??= backend.openQueue(queueName).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  // Schema and connection before they are needed; failing here is not an error yet.
  open().catch(() => {});

  return {
    /** @throws RelayError `queue.unavailable` when the store does not answer in time, or refuses */
    async call<T>(work: (opened: OpenedQueue) => Promise<T>): Promise<T> {
      if (isClosed) throw new RelayError('queue.unavailable', { internal: 'closed' });
      try {
        return await within(open().then(work), CALL_DEADLINE_MS, () => {
          throw new Error(`no answer within ${CALL_DEADLINE_MS} ms`);
        });
      } catch (error) {
        throw new RelayError('queue.unavailable', {
          cause: error,
          internal: error instanceof Error ? error.message : '',
        });
      }
    },
    async close(): Promise<void> {
      isClosed = true;
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
