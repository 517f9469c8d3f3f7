import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { type Permission, requirePermission, type ServiceContext } from '@hikyaku/services';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiOptions } from '../api-options.ts';
import type { Viewer } from '../auth/resolve-viewer.ts';

/** A Fastify instance whose routes are typed by their zod schemas. */
export type V1App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission;
  }
}

/** A route of `/api/v1` that forgot to say what it needs ends the start. */
export function requireDeclaredPermissions(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, config }) => {
    if (!config?.permission) throw new Error(`${url} names no permission`);
  });
}

/** @throws RelayError `api.forbidden`, for the operator's routes `api.not_found`, unless whoever asks may do what the route is for. */
export function checkPermission(viewer: Viewer, request: FastifyRequest): void {
  const { permission } = request.routeOptions.config;
  // For everybody but the operator there is nothing.
  if (permission === 'instance.operate' && !viewer.actor.may.has(permission)) throw new RelayError('api.not_found');
  if (permission) requirePermission(viewer, permission);
}

/** What a route of `/api/v1` has at hand. */
export interface RouteTools {
  options: ApiOptions;
  /** Whoever asks, once it is sure that he may. @throws RelayError `api.forbidden` */
  viewerOf(request: FastifyRequest): Viewer;
  /** Runs a use case for whoever asks. */
  run<T>(request: FastifyRequest, work: (context: ServiceContext) => Promise<T>): Promise<T>;
}

const asProblem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

/** Answers that every route of a signed-in person can give. */
export const refusals = {
  400: asProblem('Something in the request is not valid'),
  401: asProblem('Nobody is signed in'),
  403: asProblem('The role, or the origin of the request, does not allow it'),
  429: asProblem('Too many requests'),
  500: asProblem('Our fault'),
  503: asProblem('A part of the relay does not answer'),
};

/** The same, for routes about one thing. */
export const refusalsOfOne = {
  ...refusals,
  404: asProblem('Unknown, deleted, or of another tenant'),
  409: asProblem('Does not fit the present state'),
};
