import type { Database } from '@hikyaku/db';
import { eventually } from './world.ts';

/** The sessions that ended, one after the other. */
export function followSessions<Row extends { id: string }>(owner: () => Database) {
  const seen = new Set<string>();
  return {
    /** The next one, once it is in Postgres. */
    nextSession: (): Promise<Row> =>
      eventually(async () => {
        const rows = await owner().query<Row>('SELECT * FROM smtp_sessions WHERE ended_at IS NOT NULL ORDER BY id');
        const row = rows.find(({ id }) => !seen.has(id));
        if (row) seen.add(row.id);
        return row;
      }),
    /** One that was looked at in another way. */
    skipSession: (id: string): void => void seen.add(id),
  };
}

/** Its owner waits for a device at 127.0.0.1, for a quarter of an hour. */
export async function insertWatch(owner: Database, deviceId: string, tenantId: string): Promise<void> {
  await owner.query(
    `INSERT INTO watches (device_id, tenant_id, address, since, until) VALUES ($1, $2, '127.0.0.1', now() - interval '1 second', now() + interval '15 minutes')`,
    [deviceId, tenantId],
  );
}
