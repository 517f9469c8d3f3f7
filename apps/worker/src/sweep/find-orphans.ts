import { type Database, findUnknownObjects } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';

/** Hand-off writes the object before the row, and may repeat it after an outage of the database. */
const MIN_AGE_MS = 3_600_000;
const BATCH = 500;

/** Spool objects older than an hour that no row knows. Only counted for now: deleting mail on a wrong belief cannot be undone. */
export async function findOrphans(database: Database, spool: SpoolStore, now: number): Promise<string[]> {
  const orphans: string[] = [];
  let batch: string[] = [];
  const check = async (): Promise<void> => {
    if (batch.length > 0) orphans.push(...(await findUnknownObjects(database, batch)));
    batch = [];
  };
  for await (const { object, modifiedAt } of spool.list()) {
    if (now - modifiedAt < MIN_AGE_MS) continue;
    batch.push(object);
    if (batch.length >= BATCH) await check();
  }
  await check();
  return orphans;
}
