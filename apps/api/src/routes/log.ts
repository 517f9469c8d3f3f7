import { logPage, logQuery } from '@hikyaku/contracts';
import { listLog } from '@hikyaku/services';
import { readerOf } from '../http/reader-of.ts';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';

export function logRoute(app: V1App, { options, run, viewerOf }: RouteTools): void {
  app.get(
    '/log',
    {
      config: { permission: 'messages.read' },
      schema: {
        tags: ['messages'],
        operationId: 'listLog',
        summary: 'Mails and refused devices together, newest first; texts by Accept-Language (ja, en)',
        querystring: logQuery,
        response: { 200: logPage, ...refusals },
      },
    },
    (request) => {
      const ask = {
        ...readerOf(request, viewerOf(request)),
        access: options.smtp,
        address: request.ip,
      };
      return run(request, (context) => listLog(context, ask, request.query));
    },
  );
}
