import { RelayError } from '@hikyaku/core';
import type { FastifyRequest } from 'fastify';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Writing requests must come from our own pages: a foreign Origin or Sec-Fetch-Site is refused, with neither (scripts) it passes, since a
 * browser always sends one of them. `same-site` is foreign too: another port of this host.
 * @throws RelayError `api.cross_site`
 */
export function refuseCrossSite(request: FastifyRequest, ownOrigin: string): void {
  if (READS.includes(request.method)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && origin !== ownOrigin) {
    throw new RelayError('api.cross_site', { internal: 'foreign Origin' });
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new RelayError('api.cross_site', { internal: 'foreign Sec-Fetch-Site' });
  }
}
