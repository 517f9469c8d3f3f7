import type { Logger } from '@hikyaku/telemetry';
import type { FastifyInstance } from 'fastify';

/**
 * One line per request. The route's pattern and never the address itself: query strings hold OAuth codes and states, paths hold ids.
 */
export function addRequestLog(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions;
    if (url === '/healthz' || url === '/readyz') return;
    logger.info({
      event: 'http.answered',
      requestId: request.id,
      method: request.method,
      route: url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
}
