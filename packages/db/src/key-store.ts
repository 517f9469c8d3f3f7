import type { Database } from './database.ts';

export type InstanceKeyPurpose = 'content' | 'token' | 'digest' | 'push';

/** A row of instance_keys; what `sealed` holds is vault's affair. */
export interface InstanceKeyRow {
  id: string;
  purpose: InstanceKeyPurpose;
  /** Content keys only. */
  publicKey: Buffer | null;
  sealed: Buffer;
  retiredAt: Date | null;
}

export interface KeyStore {
  /** Newest first, retired ones too: what they sealed must still open. */
  list(purposes?: InstanceKeyPurpose[]): Promise<InstanceKeyRow[]>;
  /** Stores the key unless its purpose has a current one; returns all keys of the purpose, so that two starters agree on the winner's. */
  insertIfNone(row: InstanceKeyRow): Promise<InstanceKeyRow[]>;
  /** The same key sealed anew (master key rotation). False when there is no such key. */
  replace(row: InstanceKeyRow): Promise<boolean>;
  /** Replaces every key that `change` gives back changed, all or none, while nobody else does so. Returns how many changed. */
  resealAll(change: (row: InstanceKeyRow) => InstanceKeyRow): Promise<number>;
  /** Makes `row` the current key of its purpose and retires the one before it. */
  supersede(row: InstanceKeyRow): Promise<void>;
  /** True when something was sealed or digested here before: then making new keys would lose it. */
  hasSealedData(): Promise<boolean>;
}

const COLUMNS = 'id, purpose, public_key AS "publicKey", sealed, retired_at AS "retiredAt"';
const INSERT = 'INSERT INTO instance_keys (id, purpose, public_key, sealed) VALUES ($1, $2, $3, $4)';

/** The instance's sealed keys, over role system. */
export function keyStore(database: Database): KeyStore {
  const list = (purposes?: InstanceKeyPurpose[]) =>
    database.query<InstanceKeyRow>(
      `SELECT ${COLUMNS} FROM instance_keys WHERE $1::text[] IS NULL OR purpose = ANY ($1) ORDER BY retired_at DESC NULLS FIRST, created_at DESC`,
      [purposes ?? null],
    );
  const valuesOf = (row: InstanceKeyRow) => [row.id, row.purpose, row.publicKey, row.sealed];
  return {
    list,
    insertIfNone: async (row) => {
      await database.query(`${INSERT} ON CONFLICT DO NOTHING`, valuesOf(row));
      return list([row.purpose]);
    },
    replace: async (row) => {
      const rows = await database.query('UPDATE instance_keys SET sealed = $2 WHERE id = $1 RETURNING id', [
        row.id,
        row.sealed,
      ]);
      return rows.length === 1;
    },
    resealAll: (change) =>
      database.transaction(async (client) => {
        const { rows } = await client.query<InstanceKeyRow>(
          `SELECT ${COLUMNS} FROM instance_keys ORDER BY id FOR UPDATE`,
        );
        const changed = rows
          .map((row) => ({ before: row, after: change(row) }))
          .filter((one) => one.after !== one.before);
        for (const { after } of changed)
          await client.query('UPDATE instance_keys SET sealed = $2 WHERE id = $1', [after.id, after.sealed]);
        return changed.length;
      }),
    supersede: (row) =>
      database.transaction(async (client) => {
        await client.query('UPDATE instance_keys SET retired_at = now() WHERE purpose = $1 AND retired_at IS NULL', [
          row.purpose,
        ]);
        await client.query(INSERT, valuesOf(row));
      }),
    hasSealedData: async () => {
      const rows = await database.query<{ has: boolean }>(
        'SELECT EXISTS (SELECT FROM credentials) OR EXISTS (SELECT FROM mailboxes WHERE secret_sealed IS NOT NULL) AS has',
      );
      return rows[0]!.has;
    },
  };
}
