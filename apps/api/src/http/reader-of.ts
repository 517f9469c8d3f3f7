import { isTimeZone } from '@hikyaku/contracts';
import { languageOf } from '@hikyaku/services';
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/resolve-viewer.ts';

/** An IANA name has 38 letters at the most. */
const ZONE_MAX = 64;

/** In whose words texts are told: his language, and his account's zone, or where it has none the one that his browser names (`x-time-zone`). */
export function readerOf(request: FastifyRequest, viewer: Viewer) {
  const named = request.headers['x-time-zone'];
  const own = typeof named === 'string' && named.length <= ZONE_MAX && isTimeZone(named) ? named : null;
  return { language: languageOf(request.headers['accept-language']), timeZone: viewer.tenantTimeZone ?? own };
}
