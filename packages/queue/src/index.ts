export { JOB_CATALOGUE, type JobName, type TurnPayload } from './job-catalogue.ts';
export { type JobQueue, openJobQueue } from './job-queue.ts';
export { openJobWorker } from './job-worker.ts';
export { QUEUE_SCHEMA } from './postgres-backend.ts';
export type { TurnAnswer } from './turn-job.ts';
export { openTurnQueue, type TurnQueue } from './turn-queue.ts';
export { openTurnWorker, type TurnWorkerSettings } from './turn-worker.ts';
