import { RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { createPostgresTurnBackend } from './postgres-backend.ts';
import { createRedisTurnBackend } from './redis-backend.ts';
import type { TurnBackend } from './turn-backend.ts';

export interface StoreChoice {
  /** Wins over `databaseUrl`. */
  redisUrl?: string | undefined;
  databaseUrl?: string | undefined;
  logger: Logger;
}

/** Redis where there is one, else Postgres with its own schema. @throws RelayError `config.invalid` when neither is given. */
export function chooseBackend({ redisUrl, databaseUrl, logger }: StoreChoice): TurnBackend {
  if (redisUrl) return createRedisTurnBackend({ url: redisUrl, logger });
  if (databaseUrl) return createPostgresTurnBackend({ url: databaseUrl });
  throw new RelayError('config.invalid', { internal: 'the queue needs REDIS_URL or DATABASE_URL' });
}
