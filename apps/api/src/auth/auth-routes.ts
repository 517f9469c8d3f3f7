import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Auth, CLIENT_ADDRESS_HEADER } from './create-auth.ts';

/** What the dashboard uses of Better Auth. Whatever else its version has is not there, links that act when opened above all. */
const SERVED: Record<string, ReadonlySet<string>> = {
  GET: new Set([
    ...['/get-session', '/list-sessions', '/organization/list', '/passkey/list-user-passkeys', '/linked-sign-ins/list'],
    // Challenges: a cookie and a number that is used once.
    ...['/passkey/generate-register-options', '/passkey/generate-authenticate-options'],
  ]),
  POST: new Set([
    ...['/sign-up/email', '/sign-in/email', '/sign-out'],
    ...['/change-password', '/request-password-reset', '/reset-password'],
    ...['/revoke-session', '/revoke-sessions', '/revoke-other-sessions', '/organization/set-active'],
    ...['/two-factor/enable', '/two-factor/disable', '/two-factor/verify-totp'],
    ...['/two-factor/verify-backup-code', '/two-factor/generate-backup-codes'],
    ...['/passkey/prove', '/passkey/verify-registration', '/passkey/verify-authentication'],
    ...['/passkey/delete-passkey', '/linked-sign-ins/add', '/linked-sign-ins/remove'],
    '/address/change',
  ]),
};

/** A reset is answered no sooner: for a known address it does more, and that must not show. */
const RESET_ANSWER_MS = 250;
/** A name, an address, a password, a link: nothing larger is asked here. */
const BODY_LIMIT_BYTES = 16_384;

/** Better Auth at `/api/auth/*`; its errors become problems that keep its own `code` and `message`. */
export async function authRoutes(app: FastifyInstance, options: { auth: Auth; publicUrl: string }): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = `/${(request.params as { '*': string })['*']}`;
      if (!SERVED[request.method]?.has(path)) return reply.callNotFound();
      const [response] = await Promise.all([
        options.auth.handler(toWebRequest(request, options.publicUrl)),
        path === '/request-password-reset' ? sleep(RESET_ANSWER_MS) : undefined,
      ]);
      reply.status(response.status);
      for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value);
      for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie);
      const text = await response.text();
      if (response.status < 400) return reply.send(text);
      const wait = response.headers.get('x-retry-after');
      if (wait) reply.header('retry-after', wait);
      return reply.type('application/problem+json').send(asProblem(response.status, text));
    },
  });
}

function toWebRequest(request: FastifyRequest, publicUrl: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(CLIENT_ADDRESS_HEADER, request.ip);
  const body = request.body instanceof Buffer && request.body.length > 0 ? new Uint8Array(request.body) : null;
  return new Request(`${publicUrl}${request.url}`, { method: request.method, headers, body });
}

function asProblem(status: number, text: string): string {
  let answer: { message?: unknown; code?: unknown } = {};
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    // Better Auth's router answers some errors without a body.
  }
  const title = typeof answer.message === 'string' ? answer.message : 'The request was refused.';
  // Its rate limit alone answers 429 without a code.
  const unnamed = status === 429 ? 'api.rate_limited' : `auth.status_${status}`;
  const code = typeof answer.code === 'string' ? answer.code : unnamed;
  return JSON.stringify({ type: 'about:blank', title, status, code, message: title });
}
