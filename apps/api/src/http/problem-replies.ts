import { asRelayError, RelayError, toProblem } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Every error of the api leaves as an RFC 9457 problem; what is not the caller's fault is logged. */
export function addProblemReplies(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new RelayError('api.not_found')));
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = fromFastify(thrown);
    const { status } = toProblem(error);
    if (status >= 500) {
      const route = request.routeOptions.url;
      logger.error({ event: 'http.failed', requestId: request.id, method: request.method, route, err: error });
    }
    return sendProblem(reply, error);
  });
}

export function sendProblem(reply: FastifyReply, error: RelayError): FastifyReply {
  const problem = toProblem(error);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1000)));
  return reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function fromFastify(thrown: FastifyError): RelayError {
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    // An id that cannot be one is an id of nothing.
    if (thrown.validationContext === 'params') return new RelayError('api.not_found');
    const fields: Record<string, string> = {};
    for (const { instancePath, message } of thrown.validation) {
      const path = instancePath.split('/').filter(Boolean).join('.') || (thrown.validationContext ?? 'body');
      fields[path] ??= message ?? 'is not valid';
    }
    return new RelayError('api.invalid', { fields });
  }
  if (thrown.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new RelayError('api.too_large');
  // Malformed JSON, an unknown content type, a bad URL: all the caller's.
  if (thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500) {
    return new RelayError('api.invalid', { internal: thrown.code, fields: { body: 'cannot be read' } });
  }
  return asRelayError(thrown);
}
