import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RelayError } from '@hikyaku/core';
import type { FastifyRequest } from 'fastify';
import { refuseCrossSite } from '../src/http/refuse-cross-site.ts';

const OWN = 'http://localhost:3000';
const refused = (method: string, headers: Record<string, string>): boolean => {
  try {
    refuseCrossSite({ method, headers } as unknown as FastifyRequest, OWN);
    return false;
  } catch (error) {
    assert.equal((error as RelayError).code, 'api.cross_site');
    return true;
  }
};

const ORIGINS: [origin: string | undefined, isForeign: boolean][] = [
  [undefined, false],
  [OWN, false],
  ['null', true],
  ['https://evil.example', true],
  ['http://localhost:3001', true],
  ['https://localhost:3000', true],
  ['http://localhost:3000.evil.example', true],
  ['', true],
];
const SITES: [site: string | undefined, isForeign: boolean][] = [
  [undefined, false],
  ['same-origin', false],
  ['none', false],
  ['same-site', true],
  ['cross-site', true],
];

for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
  test(`a ${method} passes only when neither Origin nor Sec-Fetch-Site is foreign`, () => {
    for (const [origin, isForeignOrigin] of ORIGINS) {
      for (const [site, isForeignSite] of SITES) {
        const headers = {
          ...(origin === undefined ? {} : { origin }),
          ...(site === undefined ? {} : { 'sec-fetch-site': site }),
        };
        assert.equal(refused(method, headers), isForeignOrigin || isForeignSite, `${origin} ${site}`);
      }
    }
  });
}

test('reading is not refused: a link from another site may open the dashboard', () => {
  assert.equal(refused('GET', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }), false);
});
