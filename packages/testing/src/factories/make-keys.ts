import { randomBytes } from 'node:crypto';
import { type Database, keyStore } from '@hikyaku/db';
import {
  createInstanceKey,
  deriveKek,
  type KeyPurpose,
  type KeyRow,
  openPasswordDigester,
  type PasswordDigester,
} from '@hikyaku/vault';

export interface TestKeys {
  /** As the setting MASTER_KEY holds it. */
  masterKey: string;
  rows: KeyRow[];
  kekOf(purpose: KeyPurpose): Buffer;
  digester: PasswordDigester;
}

/** The instance's three keys under a fresh master key, stored in `instance_keys`. `system` or `owner`. */
export async function makeKeys(database: Database): Promise<TestKeys> {
  const master = randomBytes(32);
  const kekOf = (purpose: KeyPurpose) => deriveKek(master, purpose);
  const store = keyStore(database);
  const rows: KeyRow[] = [];
  for (const purpose of ['content', 'token', 'digest'] as const) {
    rows.push(...(await store.insertIfNone(createInstanceKey(purpose, [kekOf(purpose)]))));
  }
  const digester = openPasswordDigester(
    rows.filter((row) => row.purpose === 'digest'),
    [kekOf('digest')],
  );
  return { masterKey: master.toString('base64'), rows, kekOf, digester };
}
