import { SANDBOX_CLIENTS } from '@hikyaku/core';
import type { FastifyReply } from 'fastify';
import { approve } from '../accounts/approvals.ts';
import type { SandboxContext } from '../context.ts';
import { isMailAddress } from '../mime/address-list.ts';
import { splitScopes } from '../oauth/authorize-request.ts';
import { isRegisteredRedirect } from '../oauth/redirect-uri.ts';
import { adminConsentPage } from '../pages/admin-consent-page.ts';
import { errorPage } from '../pages/error-page.ts';
import type { PageLanguage } from '../pages/language.ts';
import { sendPage } from '../pages/send-page.ts';
import { accountOf } from './authorize.ts';
import { describeEntraError, ENTRA_ERRORS, type EntraError } from './entra-errors.ts';
import { isKnownScope } from './scopes.ts';

interface AdminConsentCall {
  tenant: string;
  params: Record<string, string>;
  language: PageLanguage;
  decision?: 'accept' | 'cancel';
}

/**
 * `/{tenant}/v2.0/adminconsent` (facts 1.1): an administrator approves the relay for his organization. It comes back with `admin_consent` and `tenant`,
 * never with a code; `common` is refused, as there.
 */
export async function adminConsentMicrosoft(
  context: SandboxContext,
  call: AdminConsentCall,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { tenant, params, language, decision } = call;
  const { address = '', ...asked } = params;
  const now = new Date(context.clock.now());
  const redirectUri = asked.redirect_uri ?? '';
  const refuse = (error: EntraError) => {
    const text = describeEntraError(error, now);
    return sendPage(reply, errorPage({ language, provider: 'microsoft', title: error.error, text }), { status: 400 });
  };
  if (asked.client_id !== SANDBOX_CLIENTS.microsoft.clientId) return refuse(ENTRA_ERRORS.unknownClient);
  if (!isRegisteredRedirect('microsoft', redirectUri, context.publicUrl)) return refuse(ENTRA_ERRORS.badRedirect);
  const scopes = splitScopes(asked.scope);
  if (tenant === 'common' || tenant === 'consumers') return refuse(ENTRA_ERRORS.badRequest);
  if (!scopes.length || !scopes.every(isKnownScope)) return refuse(ENTRA_ERRORS.badScope);

  const back = (answer: Record<string, string>) => {
    const url = new URL(redirectUri);
    url.search = new URLSearchParams({ ...answer, ...(asked.state ? { state: asked.state } : {}) }).toString();
    return reply.redirect(url.href, 302);
  };
  if (decision === 'cancel') {
    return back({ error: 'access_denied', error_description: describeEntraError(ENTRA_ERRORS.denied, now) });
  }
  if (decision !== 'accept' || !isMailAddress(address)) {
    const action = `/microsoft/${encodeURIComponent(tenant)}/v2.0/adminconsent/decide`;
    return sendPage(reply, adminConsentPage({ language, params: asked, scopes, action }), { formTarget: redirectUri });
  }
  const account = accountOf(context, address);
  if (account.kind === 'personal') return refuse(ENTRA_ERRORS.wrongKind);
  await approve(context, account.tenant, scopes);
  return back({ admin_consent: 'True', tenant: account.tenant, scope: scopes.join(' ') });
}
