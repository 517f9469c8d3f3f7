import type { Job, Queue, WorkerOptions } from 'bullmq';

/** BullMQ's own job, before the catalogue's schema has looked at its data. */
export type RawJob = Pick<Job, 'data' | 'name'>;
export type RawProcessor = (job: RawJob) => Promise<unknown>;
export type JobWorkerOptions = Omit<WorkerOptions, 'connection'>;

/** The part of BullMQ's Worker that we need, the same on both backends. */
export interface RawWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'stalled', listener: (jobId: string) => void): unknown;
  on(event: 'completed', listener: (job: RawJob, answer: unknown) => void): unknown;
  on(event: 'failed', listener: (job: RawJob | undefined, error: Error) => void): unknown;
  close(): Promise<void>;
}

/** The part of BullMQ's Queue that we need, the same on both backends. */
export type RawQueue = Pick<
  Queue,
  'add' | 'addBulk' | 'getDeduplicationJobId' | 'getJob' | 'getJobCounts' | 'removeDeduplicationKey'
>;

export interface OpenedQueue {
  queue: RawQueue;
  ping: () => Promise<unknown>;
  close: () => Promise<void>;
}

/** One of the two stores that BullMQ can live in. Each call opens connections of its own and fails when the store does not answer. */
export interface JobBackend {
  kind: 'redis' | 'postgres';
  openQueue(queueName: string): Promise<OpenedQueue>;
  /** `close` waits for running jobs; it ends also while the store is away. */
  openWorker(
    queueName: string,
    process: RawProcessor,
    options: JobWorkerOptions,
  ): Promise<{ worker: RawWorker; close: () => Promise<void> }>;
}
