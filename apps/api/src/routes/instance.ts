import { type Instance, instance } from '@hikyaku/contracts';
import { INSTANCE_HEADER } from '@hikyaku/core';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiOptions } from '../api-options.ts';
import { refusals } from '../http/v1.ts';

/** For everybody, signed in or not: the pages in front of the door say "sandbox" as well. */
export function instanceRoute(app: FastifyInstance, { environment, sandboxUrl, signUps, outside }: ApiOptions): void {
  const said: Instance = { environment, sandboxUrl, sendsMail: signUps !== undefined, signInWith: [...outside.names] };
  const { 400: invalid, 429: limited, 500: failed, 503: unavailable } = refusals;
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/instance',
    {
      schema: {
        tags: ['instance'],
        operationId: 'getInstance',
        security: [],
        response: { 200: instance, 400: invalid, 429: limited, 500: failed, 503: unavailable },
      },
    },
    async (_request, reply) => {
      void reply.header(INSTANCE_HEADER, JSON.stringify(said));
      return said;
    },
  );
}
