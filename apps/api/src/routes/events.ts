import { RelayError } from '@hikyaku/core';
import { z } from 'zod';
import { securityHeaders } from '../http/security-headers.ts';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';
import { openEventStream } from '../live/event-stream.ts';

/** `GET /events`: what to fetch again, as it happens. */
export function eventRoutes(app: V1App, { options, viewerOf }: RouteTools): void {
  app.get(
    '/events',
    {
      schema: {
        tags: ['events'],
        operationId: 'streamEvents',
        summary: 'Server-sent events `change` with {type: messages|devices|mailboxes}',
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, ...refusals },
      },
    },
    async (request, reply) => {
      const { tenantId } = viewerOf(request);
      const stream = openEventStream(reply.raw);
      const leave = await options.hub.join(tenantId, stream);
      if (!leave) throw new RelayError('api.rate_limited', { internal: 'event streams', retryAfterMs: 10_000 });
      reply.hijack();
      const cookies = reply.getHeader('set-cookie');
      stream.begin({
        ...securityHeaders(options.publicUrl.startsWith('https:')),
        ...(cookies === undefined ? {} : { 'set-cookie': cookies as string[] }),
      });
      stream.onClose(leave);
    },
  );
}
