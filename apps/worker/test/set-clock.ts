import type { Scene } from './scene.ts';

/** The longest that leases, and content that can be sent again, are given. */
export const LONGEST = { leaseMs: 600_000, turnLeaseMs: 1_200_000, failedContentMs: 72 * 3_600_000 };

/** As if the clock had shown that much less until now, and been set ahead, or the machine had been off for as long; below none: as if it had shown more, and been set back. */
export async function setAhead({ db }: Scene, ms: number): Promise<void> {
  await db.owner.query(
    `UPDATE instance_settings SET updated_at = now() - $1::float8 * interval '1 millisecond' WHERE key = 'clock'`,
    [ms],
  );
}
