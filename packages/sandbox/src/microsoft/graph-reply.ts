import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphError } from './graph-errors.ts';
import type { GraphErrorAnswer } from './graph-types.ts';

/** Headers that every answer of Graph carries. */
export function graphHeaders(request: FastifyRequest, reply: FastifyReply): string {
  const requestId = randomUUID();
  const clientRequestId = request.headers['client-request-id'];
  reply.header('request-id', requestId);
  reply.header('client-request-id', typeof clientRequestId === 'string' ? clientRequestId : requestId);
  reply.header('x-ms-ags-diagnostic', JSON.stringify({ ServerInfo: { DataCenter: 'Sandbox', Ring: '0' } }));
  return requestId;
}

export function sendGraphError(request: FastifyRequest, reply: FastifyReply, error: GraphError): FastifyReply {
  const requestId = graphHeaders(request, reply);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1000)));
  const answer: GraphErrorAnswer = {
    error: {
      code: error.code,
      message: error.message,
      innerError: {
        ...(error.status === 429 ? { code: '429' } : {}),
        date: new Date().toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': String(reply.getHeader('client-request-id')),
      },
    },
  };
  return reply.code(error.status).send(answer);
}
