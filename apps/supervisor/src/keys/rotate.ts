import { randomBytes } from 'node:crypto';
import type { KeyStore } from '@hikyaku/db';
import { Complaint } from '../complaint.ts';
import { notYetSealedByFirst, sealedByFirst } from './reseal.ts';

/** Where the master keys come from. Without `save` they are a setting, which a command cannot change. */
export interface MasterKeySource {
  keys: string[];
  save?: (keys: string[]) => Promise<void>;
}

/**
 * Seals the instance's keys under a new master key. A kept file first gets the new key in front of the old one, so that a crash at any step
 * leaves keys that open everything, and the next run goes on where this one stopped. Running processes have their keys open already.
 * Returns how many were sealed anew.
 * @throws Complaint when there is nothing to do, or the last rotation was not ended; RelayError `vault.key_wrong` when the keys do not fit
 */
export async function rotateMasterKey(store: KeyStore, source: MasterKeySource): Promise<number> {
  const { save } = source;
  let { keys } = source;
  const left = await notYetSealedByFirst(store, keys);
  if (left.length === 0) {
    if (!save) {
      throw new Complaint(
        'everything is sealed by the first key of HIKYAKU_MASTER_KEY: put a new one (npm run keys -- new) in front of it, with a comma, for every process that has it, then run this again',
      );
    }
    if (keys.length > 1)
      throw new Complaint('the last rotation was not ended: drop its old key first (npm run keys -- drop)');
    keys = [randomBytes(32).toString('base64'), ...keys];
    await save(keys);
  }
  return store.resealAll((row) => sealedByFirst(row, keys));
}
