import { memberPage, pageQuery, tenant, tenantUpdate } from '@hikyaku/contracts';
import { pageMembers } from '@hikyaku/db';
import { changeTenant, getTenant, idCursor, toPage } from '@hikyaku/services';
import { roleOf } from '../auth/resolve-viewer.ts';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';

const tags = ['tenant'];

export function tenantRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
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
