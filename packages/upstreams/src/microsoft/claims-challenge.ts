import { type HttpAnswer, readJson } from '../http/http-call.ts';

/**
 * What Graph wants to see in the next token, as JSON text for MSAL: an answer of 401 or 403 with `insufficient_claims` (Microsoft's
 * claims-challenge; Graph sends 403 also to apps that never said `cp1`). Undefined: no challenge, or none that can be read.
 */
export function readClaimsChallenge({ status, headers }: HttpAnswer): string | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const header = headers['www-authenticate'] ?? '';
  if (!/error="insufficient_claims"/.test(header)) return undefined;
  const claims = Buffer.from(/claims="([^"]*)"/.exec(header)?.[1] ?? '', 'base64').toString('utf8');
  return readJson(claims) === undefined ? undefined : claims;
}
