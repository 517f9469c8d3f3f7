import type { Processor, WorkerOptions } from 'bullmq';
import type { TurnPayload } from './job-catalogue.ts';
import type { TurnAnswer, TurnJob, TurnJobQueue } from './turn-job.ts';

export type TurnProcessor = Processor<TurnPayload, TurnAnswer, 'turn'>;
export type TurnWorkerOptions = Omit<WorkerOptions, 'connection'>;

/** The part of BullMQ's Worker that turns need, the same on both backends. */
export interface TurnJobWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'stalled', listener: (jobId: string) => void): unknown;
  on(event: 'completed', listener: (job: TurnJob, answer: TurnAnswer) => void): unknown;
  on(event: 'failed', listener: (job: TurnJob | undefined, error: Error) => void): unknown;
  close(): Promise<void>;
}

/** One of the two stores that BullMQ can live in. Each call opens connections of its own and fails when the store does not answer. */
export interface TurnBackend {
  kind: 'redis' | 'postgres';
  openQueue(): Promise<{ queue: TurnJobQueue; ping: () => Promise<unknown>; close: () => Promise<void> }>;
  /** `close` waits for running turns; it ends also while the store is away. */
  openWorker(
    process: TurnProcessor,
    options: TurnWorkerOptions,
  ): Promise<{ worker: TurnJobWorker; close: () => Promise<void> }>;
}
