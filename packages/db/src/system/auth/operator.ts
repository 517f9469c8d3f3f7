import type { Database } from '../../database.ts';

export async function hasOperator(database: Database): Promise<boolean> {
  const rows = await database.query('SELECT 1 FROM auth_users WHERE is_operator LIMIT 1', []);
  return rows.length > 0;
}

/** Makes a person the operator, if there is none yet. False when somebody was faster: the code works once. */
export async function claimOperator(database: Database, userId: string): Promise<boolean> {
  return database.transaction(async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('operator', 0))`);
    const { rowCount } = await client.query(
      `UPDATE auth_users SET is_operator = true, updated_at = now()
       WHERE id = $1 AND NOT EXISTS (SELECT FROM auth_users WHERE is_operator)`,
      [userId],
    );
    return rowCount === 1;
  });
}

/** Makes the person whom the operator's setting names an operator. */
export async function markOperator(database: Database, userId: string): Promise<void> {
  await database.query('UPDATE auth_users SET is_operator = true, updated_at = now() WHERE id = $1', [userId]);
}
