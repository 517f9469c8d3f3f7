import type { FastifyReply } from 'fastify';

/** No script, nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Sends a page. `formTarget` is where its form's answer may redirect to: browsers hold form-action against redirects too. */
export function sendPage(
  reply: FastifyReply,
  page: string,
  options: { status?: number; formTarget?: string } = {},
): FastifyReply {
  const target = options.formTarget ? ` ${new URL(options.formTarget).origin}` : '';
  return reply
    .code(options.status ?? 200)
    .header('content-security-policy', `${PAGE_POLICY}; form-action 'self'${target}`)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}
