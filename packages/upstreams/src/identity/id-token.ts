import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readJson } from '../http/http-call.ts';
import type { IdClaims, IdentityConfig } from './config.ts';

/** One of a provider's public keys. */
export interface SigningKey extends JsonWebKey {
  kid?: string;
  /** Entra's: whose tokens this key signs, with `{tenantid}` where it is any directory's. */
  issuer?: string;
}

/** A clock that is wrong by more shows everywhere else, too. */
const SKEW_SECONDS = 300;
const MAX_TOKEN = 16_384;

interface Head {
  alg?: unknown;
  kid?: unknown;
}
interface Timed extends IdClaims {
  aud?: unknown;
  nonce?: unknown;
  exp?: unknown;
  nbf?: unknown;
}

/** Why an id_token does not count, in words for the log: none of what it says. */
export class IdTokenRefused extends Error {}

/**
 * The claims of an id_token that was made for us, in answer to this very request, by the provider (OpenID Connect Core 3.1.3.7). RS256 alone: what the
 * token says of its own algorithm decides nothing.
 * @throws IdTokenRefused
 */
export async function readIdToken(
  token: unknown,
  asked: {
    config: IdentityConfig;
    issuer: string;
    nonce: string;
    nowMs: number;
    keyOf(kid: string): Promise<SigningKey | undefined>;
  },
): Promise<IdClaims> {
  const refuse = (why: string) => new IdTokenRefused(`the id_token ${why}`);
  if (typeof token !== 'string' || token.length > MAX_TOKEN) throw refuse('is missing');
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  const { alg, kid } = partOf<Head>(head);
  const claims = partOf<Timed>(body);
  if (more.length > 0 || alg !== 'RS256' || typeof kid !== 'string') throw refuse('is not signed by RS256');
  const key = await asked.keyOf(kid);
  if (!key || !isSigned(`${head}.${body}`, signature, key)) throw refuse('is not signed by the provider');
  const { config, issuer, nonce } = asked;
  if (!config.issuersOf(claims, issuer).includes(String(claims.iss))) throw refuse('is of another issuer');
  if (key.issuer !== undefined && key.issuer.replace('{tenantid}', String(claims.tid)) !== claims.iss)
    throw refuse('is signed by a key of another issuer');
  if (claims.aud !== config.clientId) throw refuse('is for somebody else');
  if (claims.nonce !== nonce) throw refuse('answers another request');
  const now = asked.nowMs / 1000;
  if (typeof claims.exp !== 'number' || claims.exp + SKEW_SECONDS < now) throw refuse('has ended');
  if (typeof claims.nbf === 'number' && claims.nbf - SKEW_SECONDS > now) throw refuse('has not begun');
  return claims;
}

const partOf = <T extends object>(text: string): T =>
  (readJson(Buffer.from(text, 'base64url').toString('utf8')) ?? {}) as T;

function isSigned(text: string, signature: string, jwk: SigningKey): boolean {
  if (jwk.kty !== 'RSA') return false;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}
