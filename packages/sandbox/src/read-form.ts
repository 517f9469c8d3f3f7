import type { FastifyRequest } from 'fastify';
import { readParams } from './oauth/authorize-request.ts';
import { readBody } from './read-body.ts';

/** Token calls and consent forms are a few kilobytes (a code, a verifier, scopes). */
const MAX_FORM_BYTES = 64 * 1024;

/** A form-encoded body as flat text; empty when it is too large or of another kind. */
export async function readForm(request: FastifyRequest): Promise<Record<string, string>> {
  const { bytes } = await readBody(request.raw, MAX_FORM_BYTES);
  if (!/^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? '')) return {};
  return readParams(new URLSearchParams(bytes.toString('utf8')));
}

/** The query string as flat text. */
export function readQuery(request: FastifyRequest): Record<string, string> {
  const mark = request.url.indexOf('?');
  return readParams(new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1)));
}

/** `http://127.0.0.1:3002`, as this caller sees the sandbox. */
export function originOf(request: FastifyRequest): string {
  return `http://${request.headers.host}`;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
