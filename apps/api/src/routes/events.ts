import { RelayError } from '@hikyaku/core';
import { z } from 'zod';
import { securityHeaders } from '../http/security-headers.ts';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';
import { createStreamPlaces, openEventStream } from '../live/event-stream.ts';

/** A page that is refused asks instead; it comes back after about a minute. */
const TRY_AGAIN_MS = 60_000;

/** `GET /events`: what to fetch again, as it happens. */
export function eventRoutes(app: V1App, { options, viewerOf }: RouteTools): void {
  const places = createStreamPlaces();
  app.get(
    '/events',
    {
      config: { permission: 'messages.read' },
      schema: {
        tags: ['events'],
        operationId: 'streamEvents',
        summary: 'Server-sent events `change` with {type: messages|devices|mailboxes|sessions}',
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, ...refusals },
      },
    },
    async (request, reply) => {
      const { tenantId, userId } = viewerOf(request);
      const giveBack = places.take({ person: userId, tenant: tenantId, all: '' });
      if (!giveBack) throw new RelayError('api.streams_full', { retryAfterMs: TRY_AGAIN_MS });
      reply.raw.once('close', giveBack);
      const stream = openEventStream(reply.raw);
      const leave = await options.hub.join(tenantId, stream);
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
