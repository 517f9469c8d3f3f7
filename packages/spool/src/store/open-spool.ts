import { join } from 'node:path';
import type { Logger } from '@hikyaku/telemetry';
import { openFileSpool } from './file-spool.ts';
import type { SpoolStore } from './spool-store.ts';

/** The instance's spool: the one place that says which kind it is and where. A file system that edge, api and worker share; another kind of storage is chosen here. */
export function openSpool(options: { dataDir: string; logger: Logger }): Promise<SpoolStore> {
  return openFileSpool({ dir: join(options.dataDir, 'spool'), logger: options.logger });
}
