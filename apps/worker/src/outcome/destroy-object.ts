import { type Database, forgetSpoolObject, isSpoolObjectLive } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';

/**
 * Removes a spool object in which no content lives any more. A pack is shared: its last mail removes it. The keys are gone before, in the
 * commit that ended each mail, so what a crash leaves here opens with nothing; the sweeper removes it.
 */
export async function destroyObject(object: string, tools: { database: Database; spool: SpoolStore }): Promise<void> {
  if (await isSpoolObjectLive(tools.database, object)) return;
  await tools.spool.remove(object);
  await forgetSpoolObject(tools.database, object);
}
