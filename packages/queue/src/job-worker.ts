import { within } from '@hikyaku/core';
import { chooseBackend, type StoreChoice } from './choose-backend.ts';
import { JOB_CATALOGUE, type JobPayload, type OtherJob } from './job-catalogue.ts';
import { keepTrying } from './keep-trying.ts';
import { JOB_DRAIN_DELAY_S, RUN_RETRY_DELAY_MS } from './queue-options.ts';
import { createQuietLog } from './quiet-log.ts';

export interface JobWorkerSettings<Name extends OtherJob> extends StoreChoice {
  name: Name;
  /** Runs one job. It may run again after a throw, after a crash, or beside a run that was taken for dead: it must bear that. */
  process: (payload: JobPayload<Name>) => Promise<void>;
  /** Tests shorten these; defaults from the catalogue. */
  backOffMs?: readonly [number, number];
  lockMs?: number;
  stalledCheckMs?: number;
  timeoutMs?: number;
}

/**
 * The consumer's side of jobs that are no turns. A run that throws is repeated after a wait that doubles, as often as the catalogue says, and then
 * forgotten. Resolves after the first attempt to connect; while the store is away it tries again every half second. `close` waits for running jobs.
 */
export async function openJobWorker<Name extends OtherJob>(
  settings: JobWorkerSettings<Name>,
): Promise<{ close(): Promise<void> }> {
  const { logger, name } = settings;
  const kind = JOB_CATALOGUE[name];
  const backend = chooseBackend(settings);
  const complain = createQuietLog(logger, 'queue.worker_error');
  const [firstMs, mostMs] = settings.backOffMs ?? kind.backOffMs;

  const process = async (job: { data: unknown }): Promise<void> => {
    const payload = kind.payload.parse(job.data) as JobPayload<Name>;
    const timeoutMs = settings.timeoutMs ?? kind.timeoutMs;
    await within(settings.process(payload), timeoutMs, () => {
      throw new Error(`job ${name} did not end within ${timeoutMs} ms`);
    });
  };
  const opening = keepTrying(async () => {
    const opened = await backend.openWorker(kind.queue, process, {
      concurrency: kind.concurrency,
      drainDelay: JOB_DRAIN_DELAY_S,
      runRetryDelay: RUN_RETRY_DELAY_MS,
      lockDuration: settings.lockMs ?? kind.lockMs,
      stalledInterval: settings.stalledCheckMs ?? kind.stalledCheckMs,
      // A worker that dies is not the job's fault.
      maxStalledCount: 1_000_000,
      settings: { backoffStrategy: (attemptsMade) => Math.min(firstMs * 2 ** (attemptsMade - 1), mostMs) },
    });
    opened.worker.on('error', complain);
    opened.worker.on('stalled', () => logger.warn({ event: 'queue.job_stalled', job: name }));
    opened.worker.on('failed', (_job, error) => logger.error({ event: 'queue.job_failed', job: name, err: error }));
    return opened;
  }, complain);
  await opening.firstAttempt;
  return {
    close: async () => {
      const opened = await opening.stop();
      await opened?.close();
    },
  };
}
