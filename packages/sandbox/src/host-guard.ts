import { isThisMachine } from '@hikyaku/config';
import type { FastifyInstance } from 'fastify';

/** True for a Host header that names this machine's loopback. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isThisMachine(host.replace(/:\d{1,5}$/, ''));
}

/**
 * Only loopback names, against a foreign page that has bound its name to 127.0.0.1; and no foreign page may post here (it could
 * not read the answer, but it could turn knobs).
 */
export function guardHost(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    // With no-referrer a browser would post our own forms with the origin "null".
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'same-origin');
    if (!isLoopbackHost(request.headers.host)) {
      return reply.code(421).type('text/plain').send('The sandbox answers to loopback names only.\n');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD' && isForeign(request.headers)) {
      return reply.code(403).type('text/plain').send('The sandbox takes nothing from other sites.\n');
    }
  });
}

function isForeign(headers: Record<string, unknown>): boolean {
  const { origin } = headers;
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  if (typeof origin !== 'string') return false;
  // A sandboxed page has the origin "null"; our own pages never do.
  return !URL.canParse(origin) || !isLoopbackHost(new URL(origin).host);
}
