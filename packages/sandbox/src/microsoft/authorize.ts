import type { FastifyReply } from 'fastify';
import { type AccountIdentity, identityOf } from '../accounts/account.ts';
import { isApproved } from '../accounts/approvals.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { isMailAddress } from '../mime/address-list.ts';
import { type AuthorizeRequest, redirectWith } from '../oauth/authorize-request.ts';
import { consentPage } from '../pages/consent-page.ts';
import { errorPage } from '../pages/error-page.ts';
import type { PageLanguage } from '../pages/language.ts';
import { sendPage } from '../pages/send-page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { checkMicrosoftAuthorize } from './check-authorize.ts';
import { describeEntraError, ENTRA_ERRORS, type EntraError } from './entra-errors.ts';
import { bareScope, hasScope, needsAdminConsent } from './scopes.ts';

interface AuthorizeCall {
  tenant: string;
  params: Record<string, string>;
  language: PageLanguage;
  /** What the person pressed on the consent page; undefined at the first look. */
  decision?: 'accept' | 'cancel';
}

/** The authorize endpoint: sign-in page, consent page, then back to the relay with a code. */
export async function authorizeMicrosoft(
  context: SandboxContext,
  call: AuthorizeCall,
  reply: FastifyReply,
): Promise<unknown> {
  const { tenant, params, language, decision } = call;
  const now = new Date(context.clock.now());
  const check = checkMicrosoftAuthorize(tenant, params, context.publicUrl);
  const showError = (error: EntraError) =>
    sendPage(
      reply,
      errorPage({ language, provider: 'microsoft', title: error.error, text: describeEntraError(error, now) }),
      {
        status: 400,
      },
    );
  const answer = (request: AuthorizeRequest, error: EntraError) =>
    reply.redirect(
      redirectWith(request, { error: error.error, error_description: describeEntraError(error, now) }),
      302,
    );
  if (check.kind === 'page') return showError(check.error);
  if (check.kind === 'redirect') return answer(check.request, check.error);

  const { request } = check;
  const hint = request.loginHint;
  const met = { provider: 'microsoft', call: 'authorize', mailbox: hint?.toLowerCase() } as const;
  if (await applyFault(context, reply, met, (error) => redirectWith(request, error))) return;
  if (decision === 'cancel') return answer(request, ENTRA_ERRORS.denied);
  if (!hint || !isMailAddress(hint)) {
    if (request.prompts.includes('none')) return answer(request, ENTRA_ERRORS.loginRequired);
    const page = signInPage({ language, context, request, action: authorizePath(tenant) });
    return sendPage(reply, page, { formTarget: request.redirectUri });
  }
  const account = accountOf(context, hint);
  const refusal = refusalOf(context, tenant, account, request);
  if (refusal) return showError(refusal);
  const needsPage = context.knobs.consentOf(account.address) === 'ask' && !isConsented(context, account, request);
  if (needsPage && decision !== 'accept') {
    if (request.prompts.includes('none')) return answer(request, ENTRA_ERRORS.loginRequired);
    const action = `${authorizePath(tenant)}/consent`;
    return sendPage(reply, consentPage({ language, request, account, action }), { formTarget: request.redirectUri });
  }
  const code = context.codes.issue({
    request,
    address: account.address,
    scopes: request.scopes,
    isRefreshable: hasScope(request.scopes, 'offline_access'),
  });
  const clientInfo = Buffer.from(JSON.stringify({ uid: account.subject, utid: account.tenant })).toString('base64url');
  return reply.redirect(
    redirectWith(request, { code, ...(params.client_info === '1' ? { client_info: clientInfo } : {}) }),
    302,
  );
}

const authorizePath = (tenant: string): string => `/microsoft/${encodeURIComponent(tenant)}/oauth2/v2.0/authorize`;

/** The account as its knobs make it. */
export function accountOf(context: SandboxContext, address: string): AccountIdentity {
  return identityOf('microsoft', address, context.knobs.account(address).kind);
}

function refusalOf(
  context: SandboxContext,
  tenant: string,
  account: AccountIdentity,
  request: AuthorizeRequest,
): EntraError | undefined {
  const knobs = context.knobs.account(account.address);
  const isWrongKind =
    (tenant === 'organizations' && account.kind === 'personal') || (tenant === 'consumers' && account.kind === 'work');
  if (isWrongKind) return ENTRA_ERRORS.wrongKind;
  if (knobs.isDisabled) return ENTRA_ERRORS.accountDisabled;
  const wantsAdmin = knobs.needsAdmin || needsAdminConsent(account, request.scopes);
  if (wantsAdmin && !isApproved(context, account.tenant)) return ENTRA_ERRORS.adminWanted;
  return undefined;
}

/** True when an earlier consent covers the request and no page was asked for. */
function isConsented(context: SandboxContext, account: AccountIdentity, request: AuthorizeRequest): boolean {
  if (request.prompts.includes('consent')) return false;
  const given = new Set(
    context.grants.liveOf('microsoft', account.address).flatMap((grant) => grant.scopes.map(bareScope)),
  );
  return request.scopes.every((scope) => given.has(bareScope(scope)));
}
