import { overview, overviewQuery, seenProblem, seenProblemList } from '@hikyaku/contracts';
import { getOverview, listSeenProblemsOf, seeProblem } from '@hikyaku/services';
import { z } from 'zod';
import { type RouteTools, refusals, type V1App } from '../http/v1.ts';

/** What the first page shows. */
export function overviewRoutes(app: V1App, { options, run }: RouteTools): void {
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
  app.get(
    '/me/seen',
    {
      config: { permission: 'self' },
      schema: {
        tags: ['me'],
        operationId: 'listSeenProblems',
        summary: 'What whoever asks has said to have seen, of the problems that the first page tells of',
        response: { 200: seenProblemList, ...refusals },
      },
    },
    (request) => run(request, (context) => listSeenProblemsOf(context)),
  );
  app.post(
    '/me/seen',
    {
      config: { permission: 'self' },
      schema: {
        tags: ['me'],
        operationId: 'seeProblem',
        summary: 'Says that a problem was seen, as it is now',
        body: seenProblem,
        response: { 204: z.null().describe('Noted'), ...refusals },
      },
    },
    async (request, reply) => {
      await run(request, (context) => seeProblem(context, request.body));
      return reply.status(204).send(null);
    },
  );
}
