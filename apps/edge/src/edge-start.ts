import type { Settings } from '@hikyaku/config';
import type { Logger, Shutdown } from '@hikyaku/telemetry';

/** What an edge is started with, whether of one process or of several. */
export interface EdgeStart {
  settings: Settings;
  logger: Logger;
  shutdown: Shutdown;
}
