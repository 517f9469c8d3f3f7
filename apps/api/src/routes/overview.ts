import { overview, overviewQuery } from '@hikyaku/contracts';
import { getOverview } from '@hikyaku/services';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';

export function overviewRoute(app: V1App, { options, run }: RouteTools): void {
  app.get(
    '/overview',
    {
      config: { permission: 'messages.read' },
      schema: {
        tags: ['messages'],
        operationId: 'getOverview',
        summary: 'Mails by state and day, how long what waits will take, and how devices and mailboxes are',
        querystring: overviewQuery,
        response: { 200: overview, ...refusals },
      },
    },
    (request) => run(request, (context) => getOverview(context, options.pace, request.query.timeZone)),
  );
}
