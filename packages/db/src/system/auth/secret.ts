import type { Database } from '../../database.ts';

const KEY = 'auth.secret';

/**
 * The sealed secret that signs session cookies. The first caller's `proposal` stays; processes that start together get the same one.
 */
export async function keepAuthSecret(database: Database, proposal: Buffer): Promise<Buffer> {
  await database.query(
    'INSERT INTO instance_settings (key, value, updated_at) VALUES ($1, to_jsonb($2::text), now()) ON CONFLICT (key) DO NOTHING',
    [KEY, proposal.toString('base64')],
  );
  const rows = await database.query<{ value: string }>('SELECT value FROM instance_settings WHERE key = $1', [KEY]);
  return Buffer.from(rows[0]!.value, 'base64');
}
