import { createHash } from 'node:crypto';

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** RFC 7636 4.6, S256 only; a code asked for without a challenge takes no verifier. */
export function isVerifierRight(challenge: string | undefined, verifier: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined || verifier === '';
  if (!verifier || !VERIFIER.test(verifier)) return false;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

/** A challenge that S256 can have made: 32 bytes in base64url. */
export function isChallengeWellFormed(challenge: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(challenge);
}
