import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@hikyaku/core';
import type { Grant } from './grant.ts';
import type { GrantStore } from './grant-store.ts';

/** What the sandbox's secrets begin with: a test can search logs, tables and files for them. */
export const SANDBOX_SECRET_PREFIXES = ['sandbox-code.', 'sandbox-at.', 'sandbox-rt.'] as const;

interface TokenBody {
  /** Empty: nobody's, the relay's own in `directory`. */
  grant: string;
  directory?: string;
  scopes: string[];
  /** Milliseconds since the epoch. */
  issuedAt: number;
  expiresAt: number;
  nonce: string;
}

export type AccessCheck =
  | { state: 'valid'; grant: Grant; scopes: string[]; expiresAt: number }
  /** The relay itself, without a person. */
  | { state: 'app'; directory: string }
  | { state: 'expired' | 'unknown' };

export interface TokenIssuer {
  access(grant: Grant, scopes: string[], lifetimeSeconds: number): string;
  /** Of client credentials in a directory. */
  accessApp(directory: string, lifetimeSeconds: number): string;
  refresh(grant: Grant): string;
  checkAccess(token: string | undefined): AccessCheck;
  /** The grant behind a refresh token, ended or not. */
  readRefresh(token: string): Grant | undefined;
}

/** Opaque tokens that carry their own content and a checksum: nothing is stored for them but the grant. */
export function createTokenIssuer(options: { macKey: Buffer; grants: GrantStore; clock: Clock }): TokenIssuer {
  const { macKey, grants, clock } = options;
  const checksum = (text: string): Buffer => createHmac('sha256', macKey).update(text).digest();
  const write = (prefix: string, body: TokenBody): string => {
    const text = prefix + Buffer.from(JSON.stringify(body)).toString('base64url');
    return `${text}.${checksum(text).toString('base64url')}`;
  };
  const read = (prefix: string, token: string): TokenBody | undefined => {
    const dot = token.lastIndexOf('.');
    const text = token.slice(0, dot);
    const given = Buffer.from(token.slice(dot + 1), 'base64url');
    const expected = checksum(text);
    if (!text.startsWith(prefix) || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return undefined;
    }
    return JSON.parse(Buffer.from(text.slice(prefix.length), 'base64url').toString()) as TokenBody;
  };
  const bodyOf = (grant: Pick<Grant, 'id'>, scopes: string[], lifetimeSeconds: number): TokenBody => ({
    grant: grant.id,
    scopes,
    issuedAt: clock.now(),
    expiresAt: clock.now() + lifetimeSeconds * 1000,
    nonce: randomBytes(9).toString('base64url'),
  });

  return {
    access: (grant, scopes, lifetimeSeconds) => write('sandbox-at.', bodyOf(grant, scopes, lifetimeSeconds)),
    accessApp: (directory, lifetimeSeconds) =>
      write('sandbox-at.', { ...bodyOf({ id: '' }, [], lifetimeSeconds), directory }),
    refresh: (grant) => write('sandbox-rt.', bodyOf(grant, grant.scopes, 0)),
    checkAccess(token) {
      const body = token ? read('sandbox-at.', token) : undefined;
      if (body?.directory) {
        return body.expiresAt <= clock.now() ? { state: 'expired' } : { state: 'app', directory: body.directory };
      }
      const grant = body && grants.find(body.grant);
      if (!body || !grant) return { state: 'unknown' };
      if (body.expiresAt <= clock.now() || body.issuedAt <= grant.accessNotBefore) return { state: 'expired' };
      return { state: 'valid', grant, scopes: body.scopes, expiresAt: body.expiresAt };
    },
    readRefresh(token) {
      const body = read('sandbox-rt.', token);
      return body && grants.find(body.grant);
    },
  };
}
