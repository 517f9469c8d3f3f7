import { randomBytes } from 'node:crypto';
import type { Clock } from '@hikyaku/core';
import type { AuthorizeRequest } from './authorize-request.ts';

export interface IssuedCode {
  request: AuthorizeRequest;
  address: string;
  /** Scopes that were granted: unticked ones are missing. */
  scopes: string[];
  /** True when a refresh token comes with it. */
  isRefreshable: boolean;
  expiresAt: number;
  isUsed: boolean;
}

/** Both providers: about ten minutes, once (facts 1.1). */
const CODE_LIFETIME_MS = 600_000;
/** Sign-ins begun and not finished; the oldest make room. */
const MAX_CODES = 1000;

export interface CodeStore {
  issue(code: Omit<IssuedCode, 'expiresAt' | 'isUsed'>): string;
  /** The code's record with `isUsed` as it was before this call; it is used from now on. */
  take(code: string): IssuedCode | undefined;
  clear(): void;
}

/** Authorization codes, in memory: nobody finishes a sign-in over a restart. */
export function createCodeStore(clock: Clock): CodeStore {
  const codes = new Map<string, IssuedCode>();
  return {
    issue(fields) {
      const code = `sandbox-code.${randomBytes(24).toString('base64url')}`;
      codes.set(code, { ...fields, expiresAt: clock.now() + CODE_LIFETIME_MS, isUsed: false });
      for (const old of [...codes.keys()].slice(0, Math.max(0, codes.size - MAX_CODES))) codes.delete(old);
      return code;
    },
    take(code) {
      const found = codes.get(code);
      if (!found) return undefined;
      const before = { ...found };
      found.isUsed = true;
      return before;
    },
    clear: () => codes.clear(),
  };
}
