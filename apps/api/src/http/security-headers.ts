import type { FastifyInstance } from 'fastify';

/** On every answer of the api. Nothing here is a page, so nothing may be run, framed, cached or told to other sites. */
export function addSecurityHeaders(app: FastifyInstance, isHttps: boolean): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(securityHeaders(isHttps));
  });
}

export function securityHeaders(isHttps: boolean): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    // An OAuth callback's address holds a code.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(isHttps ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
