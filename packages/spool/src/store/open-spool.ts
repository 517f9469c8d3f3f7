import { join } from 'node:path';
import { RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { openFileSpool } from './file-spool.ts';
import type { SpoolStore } from './spool-store.ts';

/**
 * The instance's spool: the one place that says which kind it is and where. A folder that edge, api and worker share is the only kind there is.
 * @throws RelayError `config.invalid` for a `url`: mail must not go to a folder when its operator asked for other storage
 */
export async function openSpool(options: {
  dataDir: string;
  url?: string | undefined;
  logger: Logger;
}): Promise<SpoolStore> {
  if (options.url)
    throw new RelayError('config.invalid', { internal: 'SPOOL_URL: no storage but a folder is supported' });
  return openFileSpool({ dir: join(options.dataDir, 'spool'), logger: options.logger });
}
