import { usage } from '@hikyaku/contracts';
import { getUsage } from '@hikyaku/services';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';

export function usageRoute(app: V1App, { run }: RouteTools): void {
  app.get(
    '/usage',
    {
      config: { permission: 'tenant.read' },
      schema: {
        tags: ['tenant'],
        operationId: 'getUsage',
        summary: 'The limits, what is used of them, and what happens at each',
        response: { 200: usage, ...refusals },
      },
    },
    (request) => run(request, getUsage),
  );
}
