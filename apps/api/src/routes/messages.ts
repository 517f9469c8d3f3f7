import { idParams, messageDetail, messagePage, messageQuery } from '@hikyaku/contracts';
import { cancelMessageNow, getMessage, listMessages, retryMessageNow } from '@hikyaku/services';
import type { FastifyRequest } from 'fastify';
import { readerOf } from '../http/reader-of.ts';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['messages'];

export function messageRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const askOf = (request: FastifyRequest) => ({
    ...readerOf(request, viewerOf(request)),
    access: options.smtp,
    pace: options.pace,
  });
  app.get(
    '/messages',
    {
      config: { permission: 'messages.read' },
      schema: {
        tags,
        operationId: 'listMessages',
        summary: 'The delivery log, newest first',
        querystring: messageQuery,
        response: { 200: messagePage, ...refusals },
      },
    },
    (request) => run(request, (context) => listMessages(context, request.query)),
  );
  app.get(
    '/messages/:id',
    {
      config: { permission: 'messages.read' },
      schema: {
        tags,
        operationId: 'getMessage',
        summary: 'A message with its events, parts and attempts',
        params: idParams,
        response: { 200: messageDetail, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => getMessage(context, askOf(request), request.params.id)),
  );
  app.post(
    '/messages/:id/retry',
    {
      config: { permission: 'messages.change' },
      schema: {
        tags,
        operationId: 'retryMessage',
        summary: 'Sends a message on its way again, while its content exists',
        params: idParams,
        response: { 200: messageDetail, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => retryMessageNow(context, options, askOf(request), request.params.id)),
  );
  app.post(
    '/messages/:id/cancel',
    {
      config: { permission: 'messages.change' },
      schema: {
        tags,
        operationId: 'cancelMessage',
        summary: 'Takes a message that waits out of the way; it can be sent again while its content exists',
        params: idParams,
        response: { 200: messageDetail, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => cancelMessageNow(context, options, askOf(request), request.params.id)),
  );
}
