import type { Database } from '../database.ts';

/** True when something was sealed or digested here before: then making new keys would lose it. */
export async function hasSealedData(database: Database): Promise<boolean> {
  const rows = await database.query<{ has: boolean }>(
    'SELECT EXISTS (SELECT FROM credentials) OR EXISTS (SELECT FROM mailboxes WHERE secret_sealed IS NOT NULL) AS has',
  );
  return rows[0]!.has;
}
