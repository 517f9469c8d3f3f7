import { RelayError } from '@hikyaku/core';
import { createInstanceKey, type KeyRow } from './instance-key.ts';
import { deriveKek, type KeyPurpose } from './master-key.ts';

/** Where the instance's keys are kept. */
export interface KeySource {
  list(purposes: KeyPurpose[]): Promise<KeyRow[]>;
  /** Stores the key unless its purpose has a current one; answers with all of the purpose. */
  insertIfNone(row: KeyRow): Promise<KeyRow[]>;
  /** Whether anything is there that a key of the instance sealed. */
  hasSealedData(): Promise<boolean>;
}

/**
 * The keys of these purposes, newest first, with a current one for each: made where there is none yet. Every process that may be the first to start asks here.
 * @throws RelayError `vault.key_missing` where sealed data is there and a purpose has no key at all: a new one could not open it
 */
export async function ensureInstanceKeys(
  source: KeySource,
  masterKeys: Buffer[],
  purposes: KeyPurpose[],
): Promise<{ rows: KeyRow[]; keksOf(purpose: KeyPurpose): Buffer[] }> {
  const keksOf = (purpose: KeyPurpose): Buffer[] => masterKeys.map((key) => deriveKek(key, purpose));
  const rows: KeyRow[] = [];
  for (const purpose of purposes) {
    const known = await source.list([purpose]);
    // Nothing is sealed by it; an instance of an earlier release has none.
    const isNeeded = purpose !== 'push';
    if (known.length === 0 && isNeeded && (await source.hasSealedData())) {
      throw new RelayError('vault.key_missing', { internal: `the database holds sealed data but no ${purpose} key` });
    }
    const hasCurrent = known.some(({ retiredAt }) => retiredAt === null);
    rows.push(...(hasCurrent ? known : await source.insertIfNone(createInstanceKey(purpose, keksOf(purpose)))));
  }
  return { rows, keksOf };
}
