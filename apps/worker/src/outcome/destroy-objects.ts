import { type Database, findUnusedObjects, forgetSpoolObjects } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';

/**
 * Removes those spool objects in which no content lives any more. A pack is shared: its last mail removes it. The keys are gone before, in the
 * commit that ended each mail, so what a crash leaves here opens with nothing; the sweeper removes it.
 */
export async function destroyObjects(
  objects: string[],
  tools: { database: Database; spool: SpoolStore },
): Promise<void> {
  const unused = await findUnusedObjects(tools.database, objects);
  if (unused.length === 0) return;
  for (const object of unused) await tools.spool.remove(object);
  await forgetSpoolObjects(tools.database, unused);
}
