import { apiKeyCreate, apiKeyMade, apiKeyPage, apiKeyScope, idParams } from '@hikyaku/contracts';
import { type ApiKeyRow, listApiKeys } from '@hikyaku/db';
import { found, MAX_API_KEYS, makeApiKey, removeApiKey } from '@hikyaku/services';
import { z } from 'zod';
import { tellApiKeyMade } from '../auth/account-events.ts';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['keys'];
const nothing = z.null().describe('Done');

/** Keys by which programs use this API: for owners and administrators who are signed in themselves. */
export function apiKeyRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const { database } = options;
  app.get(
    '/api-keys',
    {
      config: { permission: 'keys.change' },
      schema: {
        tags,
        operationId: 'listApiKeys',
        summary: 'All keys, the newest first; twenty at most',
        response: { 200: apiKeyPage, ...refusals },
      },
    },
    async (request) => {
      const rows = await listApiKeys(database, viewerOf(request).tenantId, MAX_API_KEYS);
      return { items: rows.map(describe), nextCursor: null };
    },
  );
  app.post(
    '/api-keys',
    {
      config: { permission: 'keys.change' },
      schema: {
        tags,
        operationId: 'makeApiKey',
        summary: 'Makes a key for whoever asks; its secret is in this answer alone',
        body: apiKeyCreate,
        response: { 201: apiKeyMade, ...refusals, 409: refusalsOfOne[409] },
      },
    },
    async (request, reply) => {
      const { tenantId, userId, email, emailVerified } = viewerOf(request);
      const { id, secret } = await run(request, (context) => makeApiKey(context, userId, request.body));
      await tellApiKeyMade(options.outside.eventTools, { id: userId, email, emailVerified }, request.body.name);
      const rows = await listApiKeys(database, tenantId, MAX_API_KEYS);
      const apiKey = describe(found(rows.find((row) => row.id === id)));
      return reply.status(201).header('cache-control', 'no-store').send({ apiKey, secret });
    },
  );
  app.delete(
    '/api-keys/:id',
    {
      config: { permission: 'keys.change' },
      schema: {
        tags,
        operationId: 'removeApiKey',
        summary: 'Ends a key at once',
        params: idParams,
        response: { 204: nothing, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => removeApiKey(context, request.params.id));
      return reply.code(204).send(null);
    },
  );
}

function describe({ createdAt, lastUsedAt, expiresAt, scope, ...row }: ApiKeyRow) {
  return {
    ...row,
    scope: apiKeyScope.parse(scope),
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
