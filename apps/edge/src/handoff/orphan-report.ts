import { type Database, findUnusedObjects } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { EdgeMetrics } from '../metrics.ts';

const ASK_AT_ONCE = 500;
/** Younger objects may belong to a hand-off that is under way, here or on another edge. */
const MIN_AGE_MS = 600_000;
const MAX_NAMED = 10;
/** While Postgres is away the report waits for it. */
const TRY_EVERY_MS = 30_000;

/**
 * Says which spool objects no message points at: left by a crash between spool and insert. Nothing opens them any more, since their keys
 * came with the journal entry; they are reported and never removed by themselves. Returns their number.
 * @throws RelayError `db.unavailable`
 */
export async function reportOrphans(parts: {
  spool: SpoolStore;
  database: Database;
  metrics: EdgeMetrics;
  logger: Logger;
  minAgeMs?: number;
}): Promise<number> {
  const { spool, database, metrics, logger, minAgeMs = MIN_AGE_MS } = parts;
  const before = Date.now() - minAgeMs;
  const orphans: string[] = [];
  let count = 0;
  let asked: string[] = [];
  const ask = async (): Promise<void> => {
    const unused = asked.length ? await findUnusedObjects(database, asked) : [];
    asked = [];
    count += unused.length;
    orphans.push(...unused.slice(0, MAX_NAMED - orphans.length));
  };
  for await (const { object, modifiedAt } of spool.list()) {
    if (modifiedAt > before) continue;
    asked.push(object);
    if (asked.length >= ASK_AT_ONCE) await ask();
  }
  await ask();
  metrics.orphans(count);
  if (count) logger.warn({ event: 'spool.objects_without_message', count, objects: orphans });
  return count;
}

/** The report of one start, as soon as Postgres answers. Returns how to stop waiting for it. */
export function keepReportingOrphans(parts: Parameters<typeof reportOrphans>[0]): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const run = async (): Promise<void> => {
    await reportOrphans(parts).catch(() => {
      if (isClosed) return;
      timer = setTimeout(() => {
        running = run();
      }, TRY_EVERY_MS);
    });
  };
  let running = run();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    return running;
  };
}
