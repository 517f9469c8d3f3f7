import { type Database, findDeadSlicesOf, findUnusedObjects, forgetSpoolObjects } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';

/**
 * Removes those spool objects in which no content lives any more. A segment is shared: its last mail removes it. The keys are gone before, in the
 * commit that ended each mail, so what a crash leaves here opens with nothing; the sweeper removes it.
 * @throws what an object that cannot be removed threw, when the others are done
 */
export async function destroyObjects(
  objects: string[],
  tools: { database: Database; spool: SpoolStore },
): Promise<void> {
  const unused = await findUnusedObjects(tools.database, objects);
  if (unused.length === 0) return;
  const slices = Map.groupBy(await findDeadSlicesOf(tools.database, unused), ({ object }) => object);
  const removed: string[] = [];
  const failures: unknown[] = [];
  for (const object of unused) {
    await tools.spool.remove(object, slices.get(object) ?? []).then(
      () => removed.push(object),
      (error: unknown) => failures.push(error),
    );
  }
  if (removed.length > 0) await forgetSpoolObjects(tools.database, removed);
  if (failures.length > 0) throw failures[0];
}
