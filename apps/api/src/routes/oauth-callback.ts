import { oauthProviderName } from '@hikyaku/contracts';
import { asRelayError, RelayError, toProblem } from '@hikyaku/core';
import { ADMIN_CONSENT_STATE, type ConnectEnd, finishConnect } from '@hikyaku/services';
import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from '../api-options.ts';
import { comeBack } from '../auth/outside/outside-routes.ts';
import { isOutsideState } from '../auth/outside/ways.ts';
import { browserOf, resolvePerson, type ViewerTools } from '../auth/resolve-viewer.ts';
import type { InTenantOf } from '../http/in-tenant.ts';
import { adminConsentPage } from './admin-consent-page.ts';
import { approvalErrorPage, approvedPage, connectErrorPage, connectedPage } from './connect-page.ts';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= 4096 ? value : undefined;

/** Where providers send the browser back to. It always ends on a page of the dashboard, and only there: nothing in the query chooses it. */
export function oauthCallback(
  app: FastifyInstance,
  tools: { options: ApiOptions; viewerTools: ViewerTools; inTenant: InTenantOf },
): void {
  const { options, viewerTools, inTenant } = tools;
  app.get('/oauth/:provider/callback', { schema: { hide: true } }, async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    const provider = oauthProviderName.safeParse((request.params as { provider: string }).provider);
    if (!provider.success) throw new RelayError('api.not_found');
    // An administrator who was sent the link comes back without a session, and with nothing to redeem: he is told what he decided.
    if (provider.data === 'microsoft' && query.state === ADMIN_CONSENT_STATE) {
      const isApproved = text(query.error) === undefined && /^true$/i.test(text(query.admin_consent) ?? '');
      return reply
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(adminConsentPage(isApproved, request.headers['accept-language']));
    }
    if (isOutsideState(query.state)) return comeBack(options.outside, request, reply, provider.data);
    try {
      const viewer = await resolvePerson(viewerTools, request, reply);
      const end = await finishConnect((work) => inTenant(viewer, work), options, browserOf(viewer), provider.data, {
        state: text(query.state),
        code: text(query.code),
        error: text(query.error),
        errorDescription: text(query.error_description),
        adminConsent: text(query.admin_consent),
      });
      return await reply.redirect(pageOfEnd(options.publicUrl, end), 302);
    } catch (thrown) {
      const error = asRelayError(thrown);
      const level = toProblem(error).status >= 500 ? 'error' : 'info';
      options.logger[level]({ event: 'oauth.refused', requestId: request.id, provider: provider.data, err: error });
      return reply.redirect(connectErrorPage(options.publicUrl, error), 302);
    }
  });
}

function pageOfEnd(publicUrl: string, end: ConnectEnd): string {
  if (end.kind === 'connected') return connectedPage(publicUrl, end.id);
  return end.kind === 'approved' ? approvedPage(publicUrl) : approvalErrorPage(publicUrl, end.error);
}
