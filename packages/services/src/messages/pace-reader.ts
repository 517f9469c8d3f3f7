import type { AccountPace, DigestLine, LinePlace } from '@hikyaku/core';
import { type Database, readAccountPaces, readDigestLine, readPlaceInLine } from '@hikyaku/db';
import { type PaceSettings, paceOf } from '@hikyaku/upstreams';

/** What is known of a provider account whoever uses it: tenants that connect the same one share its allowance. Asked only for accounts of the asker's own. */
export interface PaceReader {
  paces(accountKeys: string[]): Promise<Map<string, AccountPace>>;
  /** Null when the mail does not wait in this account. */
  placeOf(accountKey: string, messageId: string): Promise<LinePlace | null>;
  /** Where the digest stands that a mail is gathered for, and the one on its way that it waits for. Null when it is not gathered. */
  digestOf(accountKey: string, messageId: string): Promise<(DigestLine & { behindId: string | null }) | null>;
}

/** `database`: role `system`. `settings`: the worker's own numbers. */
export function openPaceReader(database: Database, settings: PaceSettings): PaceReader {
  return {
    async paces(accountKeys) {
      if (accountKeys.length === 0) return new Map();
      const rows = await readAccountPaces(database, [...new Set(accountKeys)]);
      return new Map(
        rows.map(({ accountKey, address, bucketTokens, filledForMs, restMs, day }) => {
          const pace = paceOf(accountKey, address, settings);
          const { burst, perMinute } = pace;
          const tokens =
            bucketTokens === null ? burst : Math.min(burst, bucketTokens + (filledForMs * perMinute) / 60_000);
          return [
            accountKey,
            {
              tokens,
              claimedAgoMs: bucketTokens === null ? Infinity : filledForMs,
              burst,
              perMinute,
              restMs,
              day: pace.day && { ...day, ...pace.day },
            },
          ];
        }),
      );
    },
    placeOf: (accountKey, messageId) => readPlaceInLine(database, accountKey, messageId),
    digestOf: (accountKey, messageId) => readDigestLine(database, accountKey, messageId),
  };
}
