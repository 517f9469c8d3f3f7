import { type Database, wakeOutboxReaders } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { gather } from './gather.ts';

/** Notes that something was written that the outbox tells. */
export type Tell = () => void;

/** NOTIFY takes a lock that all commits share: one for everything that happened in this time. */
const BATCH_MS = 100;

/** Wakes the readers of the outbox once per batch. A wake-up that fails is dropped: readers also look by themselves. */
export function createTell(database: Database, logger: Logger): { tell: Tell; close: () => Promise<void> } {
  const { add, close } = gather<'wake'>({
    ms: BATCH_MS,
    max: 1,
    work: () => wakeOutboxReaders(database),
    onFailure: (error) => logger.warn({ event: 'tell.failed', err: error }),
  });
  return { tell: () => add('wake'), close };
}
