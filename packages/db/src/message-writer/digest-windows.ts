import type pg from 'pg';

/** SQL: gathered mail leaves by itself that long after its time, should nobody make the digest: an alert late is better than none. */
export const DIGEST_NET = `interval '1 hour'`;

/** Further mail of these devices is gathered, where their owner wants digests, for as long as he wants. A window that is open goes on; at a site with one digest for all, a new one ends with that of another device. */
export async function openDigestWindows(client: pg.PoolClient, deviceIds: string[]): Promise<void> {
  await client.query({
    name: 'open-digest-windows',
    text: `WITH few AS (
       SELECT id FROM devices WHERE id = ANY ($1::uuid[]) AND digest_minutes IS NOT NULL AND (digest_until IS NULL OR digest_until <= now())
       ORDER BY id FOR NO KEY UPDATE
     )
     UPDATE devices d SET digest_until = coalesce(
       (SELECT min(o.digest_until) FROM device_groups s JOIN devices o ON o.group_id = s.id AND o.tenant_id = s.tenant_id
        WHERE s.id = d.group_id AND s.tenant_id = d.tenant_id AND s.digest_together AND o.digest_until > now() AND o.digest_until <= now() + d.digest_minutes * interval '1 minute'),
       now() + d.digest_minutes * interval '1 minute')
     FROM few WHERE d.id = few.id`,
    values: [deviceIds],
  });
}
