import { RelayError } from '@hikyaku/core';
import { pingDatabase } from '@hikyaku/db';
import { checkReadiness } from '@hikyaku/telemetry';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiOptions } from './api-options.ts';
import { addressRoutes } from './auth/address/address-routes.ts';
import { authRoutes } from './auth/auth-routes.ts';
import { outsideRoutes } from './auth/outside/outside-routes.ts';
import { resolveViewer, type Viewer } from './auth/resolve-viewer.ts';
import { signUpRoutes } from './auth/sign-up-routes.ts';
import { createInTenant } from './http/in-tenant.ts';
import { collectOpenApi, openApiText } from './http/openapi.ts';
import { addProblemReplies } from './http/problem-replies.ts';
import { refuseCrossSite } from './http/refuse-cross-site.ts';
import { addRequestLog } from './http/request-log.ts';
import { addSecurityHeaders } from './http/security-headers.ts';
import { trustProxy } from './http/trust-proxy.ts';
import { checkPermission, type RouteTools, requireDeclaredPermissions, type V1App } from './http/v1.ts';
import { alertRoutes } from './routes/alerts.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { appOnlyRoutes } from './routes/app-only.ts';
import { arrivalRoutes } from './routes/arrivals.ts';
import { bounceAddressRoutes } from './routes/bounce-address.ts';
import { confirmArrivalRoute } from './routes/confirm-arrival.ts';
import { deviceRoutes } from './routes/devices.ts';
import { eventRoutes } from './routes/events.ts';
import { groupRoutes } from './routes/groups.ts';
import { instanceRoute } from './routes/instance.ts';
import { logRoute } from './routes/log.ts';
import { mailRuleRoutes } from './routes/mail-rules.ts';
import { mailboxRoutes } from './routes/mailboxes.ts';
import { meRoutes } from './routes/me.ts';
import { messageRoutes } from './routes/messages.ts';
import { oauthCallback } from './routes/oauth-callback.ts';
import { operatorRoutes } from './routes/operator.ts';
import { overviewRoutes } from './routes/overview.ts';
import { senderRoutes } from './routes/senders.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { tenantRoutes } from './routes/tenant.ts';
import { usageRoute } from './routes/usage.ts';

/** The largest body asked for is a policy with 50 recipients. */
const BODY_LIMIT_BYTES = 65_536;
/** For a whole request to arrive; bodies are small. */
const REQUEST_TIMEOUT_MS = 20_000;

/** The whole api, not listening yet. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const { logger, publicUrl } = options;
  const app = Fastify({
    // Fastify's own lines hold addresses with their queries; ours (`addRequestLog`) do not.
    logger: false,
    trustProxy: trustProxy(options.proxySources),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    // A HEAD of an event stream or of a connection's start would do what the GET does.
    exposeHeadRoutes: false,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addProblemReplies(app, logger);
  addRequestLog(app, logger);
  addSecurityHeaders(app, publicUrl.startsWith('https:'));
  const ownOrigin = new URL(publicUrl).origin;
  app.addHook('onRequest', async (request) => refuseCrossSite(request, ownOrigin));

  const viewerTools = {
    auth: options.auth,
    database: options.database,
    isOperatorAddress: (email: string, isVerified: boolean) =>
      isVerified && options.operator.email?.toLowerCase() === email.toLowerCase(),
  };
  const inTenant = createInTenant({ tenants: options.tenants, plan: options.plan, logger });

  healthRoutes(app, options);
  await app.register(authRoutes, { auth: options.auth, publicUrl });
  const { signUps, auth, database, outside } = options;
  if (signUps) await app.register(async (scope) => signUpRoutes(scope, { signUps, auth, database }));
  await app.register(async (scope) => outsideRoutes(scope, outside));
  await app.register(async (scope) => addressRoutes(scope, options.address));
  await app.register(async (scope) => confirmArrivalRoute(scope, database));
  await app.register(async (scope) => oauthCallback(scope, { options, viewerTools, inTenant }));
  await collectOpenApi(app, publicUrl);
  await app.register(async (scope) => instanceRoute(scope, options));

  const viewers = new WeakMap<FastifyRequest, Viewer>();
  const viewerOf = (request: FastifyRequest): Viewer => {
    const viewer = viewers.get(request);
    if (!viewer) throw new RelayError('api.unauthenticated');
    checkPermission(viewer, request);
    return viewer;
  };
  const tools: RouteTools = {
    options,
    viewerOf,
    run: (request, work) => inTenant(viewerOf(request), work),
  };
  await app.register(
    async (scope) => {
      // Before the body is read: a stranger is told nothing about shapes or things.
      scope.addHook('onRequest', async (request, reply) => {
        viewers.set(request, await resolveViewer(viewerTools, request, reply));
      });
      requireDeclaredPermissions(scope);
      const v1: V1App = scope.withTypeProvider<ZodTypeProvider>();
      meRoutes(v1, tools);
      tenantRoutes(v1, tools);
      apiKeyRoutes(v1, tools);
      logRoute(v1, tools);
      overviewRoutes(v1, tools);
      usageRoute(v1, tools);
      operatorRoutes(v1, tools);
      appOnlyRoutes(v1, tools);
      mailboxRoutes(v1, tools);
      deviceRoutes(v1, tools);
      groupRoutes(v1, tools);
      mailRuleRoutes(v1, tools);
      senderRoutes(v1, tools);
      bounceAddressRoutes(v1, tools);
      messageRoutes(v1, tools);
      arrivalRoutes(v1, tools);
      sessionRoutes(v1, tools);
      alertRoutes(v1, tools);
      eventRoutes(v1, tools);
    },
    { prefix: '/api/v1' },
  );
  let openApi = '';
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(openApi),
  );
  await app.ready();
  openApi = openApiText(app);
  return app;
}

function healthRoutes(app: FastifyInstance, options: ApiOptions): void {
  const method = ['GET', 'HEAD'];
  app.route({ method, url: '/healthz', schema: { hide: true }, handler: () => 'ok\n' });
  app.route({
    method,
    url: '/readyz',
    schema: { hide: true },
    handler: async (_request, reply) => {
      const readiness = await checkReadiness({ database: () => pingDatabase(options.database) });
      return reply.status(readiness.isReady ? 200 : 503).send(readiness);
    },
  });
}
