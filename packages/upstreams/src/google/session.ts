import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { TokenSource } from '../sending/token-keeper.ts';
import type { GoogleConfig } from './config.ts';
import { NoRefreshToken } from './token-answers.ts';
import { tokenCall } from './token-call.ts';

/** The kept secret. */
interface GoogleSecret {
  v: 1;
  refreshToken: string;
  accessToken: string | null;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** A token must outlive the longest send; MSAL uses the same margin. */
const MIN_LEFT_MS = 300_000;

export function writeSecret(tokens: {
  refresh_token?: string | null;
  access_token?: string | null;
  expiry_date?: number | null;
}): string {
  const secret: GoogleSecret = {
    v: 1,
    refreshToken: tokens.refresh_token ?? '',
    accessToken: tokens.access_token ?? null,
    expiresAt: tokens.expiry_date ?? 0,
  };
  return JSON.stringify(secret);
}

/** Undefined for a secret that cannot be read: the mailbox must be connected again. */
export function readSecret(text: string): GoogleSecret | undefined {
  try {
    const secret = JSON.parse(text) as Partial<GoogleSecret>;
    return secret.refreshToken ? (secret as GoogleSecret) : undefined;
  } catch {
    return undefined;
  }
}

/** A mailbox's kept secret, opened. */
export function openGoogleSession(config: GoogleConfig, pool: UpstreamPool, text: string): TokenSource {
  let written = text;
  const kept = readSecret(text);
  let current = kept && { accessToken: kept.accessToken, expiresAt: kept.expiresAt };
  return {
    async present(refused) {
      if (!current) throw new NoRefreshToken();
      const { accessToken, expiresAt } = current;
      const isGood = accessToken && accessToken !== refused && expiresAt - Date.now() > MIN_LEFT_MS;
      return isGood ? accessToken : undefined;
    },
    async refresh() {
      if (!kept) throw new NoRefreshToken();
      const { credentials } = await tokenCall({ config, pool }, (client) => {
        client.setCredentials({ refresh_token: kept.refreshToken });
        return client.refreshAccessToken();
      });
      // Google does not rotate: the library hands the old refresh token back.
      written = writeSecret(credentials);
      current = { accessToken: credentials.access_token ?? '', expiresAt: credentials.expiry_date ?? 0 };
      return current.accessToken ?? '';
    },
    secret: () => written,
  };
}
