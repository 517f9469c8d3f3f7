import {
  memberPage,
  pageQuery,
  tenant,
  tenantDeletion,
  tenantDeletions,
  tenantEnd,
  tenantUpdate,
} from '@hikyaku/contracts';
import { countMailboxesOfAccount, listDeletions, pageMembers, type TenantDeletion } from '@hikyaku/db';
import { changeTenant, deleteTenant, found, getTenant, idCursor, toPage } from '@hikyaku/services';
import { roleOf } from '../auth/resolve-viewer.ts';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';

const tags = ['tenant'];

export function tenantRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const endTools = {
    ...options,
    countMailboxesOfAccount: (accountKey: string) => countMailboxesOfAccount(options.database, accountKey),
  };
  app.get(
    '/tenant',
    {
      config: { permission: 'tenant.read' },
      schema: { tags, operationId: 'getTenant', response: { 200: tenant, ...refusals } },
    },
    (request) => run(request, getTenant),
  );
  app.patch(
    '/tenant',
    {
      config: { permission: 'tenant.change' },
      schema: { tags, operationId: 'changeTenant', body: tenantUpdate, response: { 200: tenant, ...refusals } },
    },
    (request) => run(request, (context) => changeTenant(context, request.body)),
  );
  app.delete(
    '/tenant',
    {
      config: { permission: 'tenant.delete' },
      schema: {
        tags,
        operationId: 'deleteTenant',
        summary:
          'Ends the tenant: sending and receiving stop at once, grants are given back, everything kept of it is erased',
        body: tenantEnd,
        response: { 202: tenantDeletion, ...refusals },
      },
    },
    async (request, reply) => {
      const { tenantId, userId } = viewerOf(request);
      await run(request, (context) => deleteTenant(context, endTools, request.body.name));
      options.logger.warn({ event: 'tenant.deleted', tenantId });
      const deletions = await listDeletions(options.database, userId);
      return reply.code(202).send(describeDeletion(found(deletions.find(({ id }) => id === tenantId))));
    },
  );
  app.get(
    '/tenant/deletions',
    {
      config: { permission: 'self' },
      schema: {
        tags,
        operationId: 'listTenantDeletions',
        summary: 'Deleted tenants of whoever asks that are not erased as a whole yet',
        response: { 200: tenantDeletions, ...refusals },
      },
    },
    async (request) => ({
      items: (await listDeletions(options.database, viewerOf(request).userId)).map(describeDeletion),
    }),
  );
  app.get(
    '/members',
    {
      config: { permission: 'members.read' },
      schema: {
        tags,
        operationId: 'listMembers',
        querystring: pageQuery,
        response: { 200: memberPage, ...refusals },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const rows = await pageMembers(options.database, viewerOf(request).tenantId, {
        limit: limit + 1,
        afterId: idCursor(cursor),
      });
      const describe = (row: (typeof rows)[number]) => ({
        userId: row.userId,
        name: row.name,
        email: row.email,
        role: roleOf(row.role),
        createdAt: row.createdAt.toISOString(),
      });
      return toPage(rows, limit, describe, (row) => row.id);
    },
  );
}

const describeDeletion = (row: TenantDeletion) => ({ ...row, deletedAt: row.deletedAt.toISOString() });
