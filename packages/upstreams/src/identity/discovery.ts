import { keepFresh, RelayError } from '@hikyaku/core';
import { httpCall, readJson } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { SigningKey } from './id-token.ts';

/** What of a provider's own description is used. */
export interface Discovered {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
}

/** Providers keep new keys beside the old ones for weeks. */
const FRESH_MS = 24 * 3_600_000;
/** A token that names an unknown key makes us look again, and so does anybody's made-up one: no more often. */
const LOOK_AGAIN_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** A provider's description and keys, fetched when they are wanted: one of each is kept. */
export function createDiscovery(options: { url: string; pool: UpstreamPool; now: () => number }) {
  const { url, pool, now } = options;
  const described = keepFresh(async () => {
    const said = (await readDocument(pool, url)) as Partial<Discovered>;
    const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = said;
    const all = { issuer, authorization_endpoint, token_endpoint, jwks_uri };
    if (Object.values(all).some((value) => typeof value !== 'string')) throw unavailable('its description is not one');
    return all as Discovered;
  }, now);
  const keys = keepFresh(async () => {
    const said = (await readDocument(pool, (await described(FRESH_MS)).jwks_uri)) as { keys?: unknown };
    if (!Array.isArray(said.keys)) throw unavailable('its keys are not there');
    return said.keys as SigningKey[];
  }, now);
  const named = (all: SigningKey[], kid: string) => all.find((key) => key.kid === kid);
  return {
    /** @throws RelayError `upstream.unavailable` */
    describe: () => described(FRESH_MS),
    /** @throws RelayError `upstream.unavailable` */
    keyOf: async (kid: string) => named(await keys(FRESH_MS), kid) ?? named(await keys(LOOK_AGAIN_MS), kid),
  };
}

async function readDocument(pool: UpstreamPool, url: string): Promise<object> {
  const answer = await httpCall(pool, { method: 'GET', url, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw unavailable('no answer');
  });
  const said = readJson(answer.text);
  if (answer.status !== 200 || typeof said !== 'object' || said === null) throw unavailable(`status ${answer.status}`);
  return said;
}

const unavailable = (why: string) => new RelayError('upstream.unavailable', { internal: `discovery: ${why}` });
