import type { FastifyInstance, FastifyRequest } from 'fastify';
import { directoryOf } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { languageOf } from '../pages/language.ts';
import { originOf, readForm, readQuery } from '../read-form.ts';
import { adminConsentMicrosoft } from './admin-consent.ts';
import { authorizeMicrosoft } from './authorize.ts';
import { openIdConfiguration } from './discovery.ts';
import { draftRoutes } from './drafts/draft-routes.ts';
import { ENTRA_ERRORS, entraErrorBody } from './entra-errors.ts';
import { GRAPH_ERRORS } from './graph-errors.ts';
import { sendGraphError } from './graph-reply.ts';
import { createLoopWatch } from './loop-watch.ts';
import { meMicrosoft } from './me.ts';
import { sendMailMicrosoft } from './send-mail.ts';
import { tokenMicrosoft } from './token.ts';

const SHARED_TENANTS = new Set(['common', 'organizations', 'consumers']);

type InTenant = { Params: { tenant: string } };

/** Entra under `/microsoft/{tenant}/oauth2/v2.0`, Graph under `/microsoft/v1.0`. */
export function microsoftRoutes(app: FastifyInstance, context: SandboxContext): void {
  const { drafts } = context;
  const loops = createLoopWatch();
  app.get<InTenant>('/microsoft/:tenant/oauth2/v2.0/authorize', (request, reply) =>
    authorizeMicrosoft(context, asked(request), reply),
  );
  app.post<InTenant>('/microsoft/:tenant/oauth2/v2.0/authorize/consent', async (request, reply) => {
    return authorizeMicrosoft(context, await decided(request), reply);
  });
  app.get<InTenant>('/microsoft/:tenant/v2.0/adminconsent', (request, reply) =>
    adminConsentMicrosoft(context, asked(request), reply),
  );
  app.post<InTenant>('/microsoft/:tenant/v2.0/adminconsent/decide', async (request, reply) => {
    return adminConsentMicrosoft(context, await decided(request), reply);
  });
  app.post<InTenant>('/microsoft/:tenant/oauth2/v2.0/token', (request, reply) =>
    tokenMicrosoft(context, loops, request, reply),
  );
  app.get<InTenant>('/microsoft/:tenant/v2.0/.well-known/openid-configuration', (request, reply) => {
    const { tenant } = request.params;
    const named = SHARED_TENANTS.has(tenant) ? tenant : directoryOf(tenant);
    if (named) return reply.send(openIdConfiguration(originOf(request), named));
    return reply.code(400).send(entraErrorBody(ENTRA_ERRORS.noDirectory, new Date(context.clock.now())));
  });
  app.get('/microsoft/:tenant/discovery/v2.0/keys', (_request, reply) => reply.send(context.keys.jwks));
  app.get('/microsoft/v1.0/me', (request, reply) => meMicrosoft(context, request, reply));
  app.post('/microsoft/v1.0/me/sendMail', (request, reply) => sendMailMicrosoft(context, request, reply));
  app.post<{ Params: { user: string } }>('/microsoft/v1.0/users/:user/sendMail', (request, reply) =>
    sendMailMicrosoft(context, request, reply, request.params.user.toLowerCase()),
  );
  draftRoutes(app, context, drafts);
  app.all('/microsoft/v1.0/*', (request, reply) => sendGraphError(request, reply, GRAPH_ERRORS.notFound));
}

type TenantRequest = FastifyRequest<InTenant>;

/** What a page was asked for. */
const asked = (request: TenantRequest) => ({
  tenant: request.params.tenant,
  params: readQuery(request),
  language: languageOf(request),
});

/** The same, with the answer that its form gave. */
async function decided(request: TenantRequest) {
  const { decision, ...params } = await readForm(request);
  const answer: 'accept' | 'cancel' = decision === 'accept' ? 'accept' : 'cancel';
  return { tenant: request.params.tenant, params, language: languageOf(request), decision: answer };
}
