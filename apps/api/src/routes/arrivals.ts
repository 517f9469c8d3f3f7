import { arrivalAnswer, arrivalList, arrivalQuery, idParams } from '@hikyaku/contracts';
import { answerArrivalOf, listArrivalsOf } from '@hikyaku/services';
import { z } from 'zod';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['messages'];

/** Whether mail reaches inboxes, as its readers say. */
export function arrivalRoutes(app: V1App, { run }: RouteTools): void {
  app.get(
    '/arrivals',
    {
      config: { permission: 'messages.read' },
      schema: {
        tags,
        operationId: 'listArrivals',
        summary: 'Whether mail of a device, or tests of a mailbox, reached each recipient’s inbox',
        querystring: arrivalQuery,
        response: { 200: arrivalList, ...refusals, 404: refusalsOfOne[404] },
      },
    },
    (request) => run(request, (context) => listArrivalsOf(context, request.query)),
  );
  app.post(
    '/messages/:id/arrival',
    {
      config: { permission: 'messages.change' },
      schema: {
        tags,
        operationId: 'answerArrival',
        summary: 'Says whether a mail reached a recipient’s inbox',
        params: idParams,
        body: arrivalAnswer,
        response: { 204: z.null().describe('Noted'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => answerArrivalOf(context, request.params.id, request.body));
      return reply.status(204).send(null);
    },
  );
}
