import { clientNetwork, RelayError } from '@hikyaku/core';
import { confirmArrival, countAttempt, type Database } from '@hikyaku/db';
import { arrivalTokenHash } from '@hikyaku/services';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** A token of 160 bits is not guessed: the limit is for the database. An office behind one address presses no faster. */
const PRESSES = { max: 30, windowMs: 60_000 };

const press = z.object({ token: z.string().regex(/^[0-9a-f]{40}$/) });

/**
 * Where the link of a test mail leads, for whoever got the mail: without a login, and without a word about whose mail it was. A link scanner
 * that opens the page confirms nothing: the page has a button, and the token stands behind the `#`.
 */
export function confirmArrivalRoute(app: FastifyInstance, database: Database): void {
  app
    .withTypeProvider<ZodTypeProvider>()
    .post('/api/arrivals', { schema: { hide: true, body: press } }, async (request, reply) => {
      const key = `arrivals|${clientNetwork(request.ip)}`;
      const retryAfterMs = await countAttempt(database, { key, ...PRESSES, now: Date.now() });
      if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
      if (!(await confirmArrival(database, arrivalTokenHash(request.body.token)))) {
        throw new RelayError('auth.link_ended');
      }
      return reply.status(204).send();
    });
}
