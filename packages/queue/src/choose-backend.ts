import { RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { JobBackend } from './job-backend.ts';
import { createPostgresJobBackend } from './postgres-backend.ts';
import { createRedisJobBackend } from './redis-backend.ts';

export interface StoreChoice {
  /** Wins over `databaseUrl`. */
  redisUrl?: string | undefined;
  databaseUrl?: string | undefined;
  logger: Logger;
}

/** Redis where there is one, else Postgres with its own schema. @throws RelayError `config.invalid` when neither is given. */
export function chooseBackend({ redisUrl, databaseUrl, logger }: StoreChoice): JobBackend {
  if (redisUrl) return createRedisJobBackend({ url: redisUrl, logger });
  if (databaseUrl) return createPostgresJobBackend({ url: databaseUrl });
  throw new RelayError('config.invalid', { internal: 'the queue needs REDIS_URL or DATABASE_URL' });
}
