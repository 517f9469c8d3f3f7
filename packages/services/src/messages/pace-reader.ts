import type { AccountPace } from '@hikyaku/core';
import { type Database, type LinePlace, readAccountPaces, readPlaceInLine } from '@hikyaku/db';
import { type PaceSettings, paceOf } from '@hikyaku/upstreams';

/** What is known of a provider account whoever uses it: tenants that connect the same one share its allowance. Asked only for accounts of the asker's own. */
export interface PaceReader {
  paces(accountKeys: string[]): Promise<Map<string, AccountPace>>;
  /** Null when the mail does not wait in this account. */
  placeOf(accountKey: string, messageId: string): Promise<LinePlace | null>;
}

/** `database`: role `system`. `settings`: the worker's own numbers. */
export function openPaceReader(database: Database, settings: PaceSettings): PaceReader {
  return {
    async paces(accountKeys) {
      const asked = [...new Set(accountKeys)].map((accountKey) => ({ accountKey, ...paceOf(accountKey, settings) }));
      if (asked.length === 0) return new Map();
      const paces = await readAccountPaces(database, asked);
      return new Map(paces.map(({ accountKey, ...pace }) => [accountKey, pace]));
    },
    placeOf: (accountKey, messageId) => readPlaceInLine(database, accountKey, messageId),
  };
}
