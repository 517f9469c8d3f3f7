import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyStore } from '@hikyaku/db';
import { deriveSnapshotKey, edgeKeysOf, openFileBox, parseEdgeKeys, parseMasterKeys } from '@hikyaku/vault';
import { Complaint } from '../complaint.ts';
import { notYetSealedByFirst } from './reseal.ts';
import type { MasterKeySource } from './rotate.ts';

/**
 * Ends a rotation: proves that the first key alone opens everything, and takes the others out of the kept file. Returns how many were dropped.
 * @throws Complaint while something still needs an older key
 */
export async function dropOldMasterKeys(store: KeyStore, source: MasterKeySource, dataDir: string): Promise<number> {
  const { keys, save } = source;
  if (keys.length === 1) throw new Complaint('there is one master key only: nothing to drop');
  const left = await notYetSealedByFirst(store, keys);
  if (left.length)
    throw new Complaint(`${left.length} keys still need an older master key: npm run keys -- rotate first`);
  if (!(await opensSnapshot(dataDir, keys[0]!))) {
    throw new Complaint('the edge here still keeps its snapshot under an older key: start Hikyaku anew, then drop it');
  }
  await save?.([keys[0]!]);
  return keys.length - 1;
}

/** Without the file there is nothing to lose. */
async function opensSnapshot(dataDir: string, masterKey: string): Promise<boolean> {
  const sealed = await readFile(join(dataDir, 'edge', 'snapshot')).catch(() => null);
  if (!sealed) return true;
  const [edgeKey] = parseEdgeKeys(edgeKeysOf(parseMasterKeys([masterKey])));
  try {
    openFileBox(deriveSnapshotKey(edgeKey!)).open(sealed);
    return true;
  } catch {
    return false;
  }
}
