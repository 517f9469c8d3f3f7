import type { Clock } from '@hikyaku/core';
import { readJson } from '../../http/http-call.ts';
import { readRetryAfter } from '../../http/retry-after.ts';
import type { UpstreamPool } from '../../http/upstream-pool.ts';
import { isTokenAnswer } from '../../sending/token-answer.ts';
import type { RefusedToken, TokenKeeper } from '../../sending/token-keeper.ts';
import type { MsalErrorShape } from '../api-types.ts';
import { postClientCredentials } from '../client.ts';
import type { MicrosoftConfig } from '../config.ts';
import { type AppOnlyAccess, isAppOnly, readAppOnlySecret } from './account.ts';

/** The relay's own tokens, one for each directory. They are kept in memory alone: another one is a call away. */
export interface AppTokens {
  /** Not `refused`, which the provider would not take. @throws MsalErrorShape */
  tokenOf(access: AppOnlyAccess, refused?: RefusedToken): Promise<string>;
}

interface Kept {
  token: string;
  expiresAt: number;
  flight: Promise<string> | undefined;
}

/** Two kilobytes each; the least used make room. */
const MAX_DIRECTORIES = 1000;
/** A token that ends under way would be refused; Entra's live for an hour. */
const MIN_LEFT_MS = 300_000;

export function createAppTokens(options: { config: MicrosoftConfig; pool: UpstreamPool; clock: Clock }): AppTokens {
  const { config, pool, clock } = options;
  const directories = new Map<string, Kept>();

  const keptOf = (directory: string): Kept => {
    const kept = directories.get(directory) ?? { token: '', expiresAt: 0, flight: undefined };
    directories.delete(directory);
    directories.set(directory, kept);
    if (directories.size > MAX_DIRECTORIES) directories.delete(directories.keys().next().value!);
    return kept;
  };

  const ask = async (directory: string, kept: Kept): Promise<string> => {
    const { status, headers, text } = await postClientCredentials(pool, config, directory).catch(() => {
      // As MSAL says it; the connection's own error may quote the request.
      throw asError({ errorCode: 'network_error', errorMessage: 'no answer' });
    });
    const said = readJson(text);
    const answer = (isTokenAnswer(status, said) ? said : {}) as { access_token?: unknown; expires_in?: unknown };
    if (status !== 200 || typeof answer.access_token !== 'string') {
      throw tokenError(answer, status, readRetryAfter(headers['retry-after'], clock.now()));
    }
    kept.token = answer.access_token;
    kept.expiresAt = clock.now() + (Number(answer.expires_in) || 0) * 1000;
    return kept.token;
  };

  return {
    async tokenOf({ directory }, refused) {
      const kept = keptOf(directory);
      const isGood = kept.token !== refused?.token && kept.expiresAt - clock.now() >= MIN_LEFT_MS;
      if (isGood && !kept.flight) return kept.token;
      // Fifty mailboxes of one organization ask once.
      kept.flight ??= ask(directory, kept).finally(() => {
        kept.flight = undefined;
      });
      return kept.flight;
    },
  };
}

/** In the form that MSAL gives its errors, for the same readers. */
function tokenError(answer: object, status: number, retryAfterMs: number | undefined): Error {
  const { error, error_description, error_codes } = answer as Record<string, unknown>;
  const [number] = Array.isArray(error_codes) ? error_codes : [];
  return asError({
    // A gateway's page is no answer of Entra's.
    errorCode: typeof error === 'string' ? error : 'temporarily_unavailable',
    ...(typeof number === 'number' ? { errorNo: number } : {}),
    errorMessage: typeof error_description === 'string' ? error_description : `status ${status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const asError = (shape: MsalErrorShape): Error => Object.assign(new Error('no token of the relay'), shape);

/** Tokens of both kinds of mailbox: those that a person signed in for, and those of an organization's leave. */
export function byKindOfAccess(appTokens: AppTokens, people: TokenKeeper): TokenKeeper {
  return {
    async accessToken(mailbox, refused) {
      if (!isAppOnly(mailbox.accountKey)) return people.accessToken(mailbox, refused);
      const access = readAppOnlySecret(mailbox.secret);
      if (!access) throw asError({ errorCode: 'no_account_found' });
      return appTokens.tokenOf(access, refused);
    },
  };
}
