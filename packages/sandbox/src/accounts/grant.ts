import type { SandboxProvider } from './account.ts';

/** What an account has allowed the relay, and the thread on which its tokens hang. */
export interface Grant {
  id: string;
  provider: SandboxProvider;
  address: string;
  /** As they were asked. */
  scopes: string[];
  /** False: no refresh token was given with it. */
  isRefreshable: boolean;
  createdAt: number;
  lastUsedAt: number;
  /** Access tokens issued before that are refused as expired. */
  accessNotBefore: number;
  /** Set: refreshing fails with this reason for good. */
  endedBy: GrantEnd | null;
}

export type GrantEnd = 'access_revoked' | 'password_changed' | 'consent_withdrawn' | 'newer_grants';

/** Google: the oldest of more than 100 live refresh tokens of an account dies in silence (facts 1.2). Microsoft gets the same bound. */
export const MAX_GRANTS_PER_ACCOUNT = 100;
/** All accounts together; the sandbox is no load target for more. */
export const MAX_GRANTS = 20_000;
