import { idParams, operatorTenant, operatorTenantPage, operatorTenantUpdate, pageQuery } from '@hikyaku/contracts';
import { changeOperatorTenant, listTenantMailboxes, type OperatorTenantRow, pageOperatorTenants } from '@hikyaku/db';
import { found, idCursor, toPage } from '@hikyaku/services';
import type { FastifyRequest } from 'fastify';
import { type RouteTools, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['operator'];

/** What the operator of the instance does with its tenants. For everybody else there is nothing here. */
export function operatorRoutes(app: V1App, { options, viewerOf }: RouteTools): void {
  const { database, logger } = options;
  // Before the body is read: nobody else is told its shape.
  const onRequest = async (request: FastifyRequest) => void viewerOf(request);

  app.get(
    '/operator/tenants',
    {
      onRequest,
      config: { permission: 'instance.operate' },
      schema: {
        tags,
        operationId: 'listOperatorTenants',
        querystring: pageQuery,
        response: { 200: operatorTenantPage, ...refusalsOfOne },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const rows = await pageOperatorTenants(database, { limit: limit + 1, beforeId: idCursor(cursor) });
      return toPage(rows, limit, describe, ({ id }) => id);
    },
  );
  app.patch(
    '/operator/tenants/:id',
    {
      onRequest,
      config: { permission: 'instance.operate' },
      schema: {
        tags,
        operationId: 'changeOperatorTenant',
        summary: 'Suspends or resumes a tenant, or gives it limits of its own',
        params: idParams,
        body: operatorTenantUpdate,
        response: { 200: operatorTenant, ...refusalsOfOne },
      },
    },
    async (request) => {
      const { id } = request.params;
      const actor = viewerOf(request).actor.name;
      const row = found(await changeOperatorTenant(database, id, { actor, ...request.body }));
      logger.warn({ event: 'operator.tenant_changed', tenantId: id, actor, fields: Object.keys(request.body) });
      if (request.body.isSuspended === false) {
        // The sweeper releases what this does not.
        for (const mailbox of await listTenantMailboxes(database, id))
          await options.releaseHeld(mailbox).catch(() => {});
      }
      return describe(row);
    },
  );
}

const describe = (row: OperatorTenantRow) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  suspendedAt: row.suspendedAt?.toISOString() ?? null,
});
