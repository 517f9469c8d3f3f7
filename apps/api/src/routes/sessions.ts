import { deviceWatch, idParams, session, sessionPage, sessionQuery } from '@hikyaku/contracts';
import { getSession, listSessions, type SessionAsk, watchDeviceNow } from '@hikyaku/services';
import type { FastifyRequest } from 'fastify';
import { readerOf } from '../http/reader-of.ts';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['sessions'];

/** What devices said to the relay, and what is wrong. */
export function sessionRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const askOf = (request: FastifyRequest): SessionAsk => ({
    ...readerOf(request, viewerOf(request)),
    access: options.smtp,
    address: request.ip,
  });

  app.post(
    '/devices/:id/watch',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'watchDevice',
        summary:
          'For a quarter of an hour: events at each step of its sessions, and sessions of nobody from this address',
        params: idParams,
        response: { 200: deviceWatch, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => watchDeviceNow(context, request.params.id, request.ip)),
  );
  app.get(
    '/sessions',
    {
      config: { permission: 'devices.read' },
      schema: {
        tags,
        operationId: 'listSessions',
        summary:
          'What devices said to the relay, newest first, each with its diagnosis; texts by Accept-Language (ja, en)',
        querystring: sessionQuery,
        response: { 200: sessionPage, ...refusals },
      },
    },
    (request) => run(request, (context) => listSessions(context, askOf(request), request.query)),
  );
  app.get(
    '/sessions/:id',
    {
      config: { permission: 'devices.read' },
      schema: {
        tags,
        operationId: 'getSession',
        summary: 'A session with its lines; texts by Accept-Language (ja, en)',
        params: idParams,
        response: { 200: session, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => getSession(context, askOf(request), request.params.id)),
  );
}
