import { clientNetwork, RelayError } from '@hikyaku/core';
import { countAttempt, type Database } from '@hikyaku/db';
import type { FastifyRequest } from 'fastify';

export interface AttemptLimit {
  max: number;
  windowMs: number;
}

/** @throws RelayError `api.rate_limited` */
export async function limitAttempts(
  database: Database,
  request: FastifyRequest,
  what: string,
  limits: AttemptLimit[],
): Promise<void> {
  for (const { max, windowMs } of limits) {
    const key = `${what}|${windowMs}|${clientNetwork(request.ip)}`;
    const retryAfterMs = await countAttempt(database, { key, max, windowMs, now: Date.now() });
    if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
  }
}
