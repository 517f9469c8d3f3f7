import type { Database } from '@hikyaku/db';

/** `count` sent mails of a device, one in so many seconds up to an hour ago, as the log lists them: with their parts, no story. */
export async function fillDevice(owner: Database, deviceId: string, count: number, everySeconds = 120): Promise<void> {
  await owner.query(
    `WITH made AS (
       INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, state, subject, size_bytes, mail_from, recipients,
         message_id_header, door, accepted_at, ingested_at, sent_at, content_destroyed_at)
       SELECT uuidv7(at - now()), d.tenant_id, d.id, d.mailbox_id, m.account_key, upper(left(md5('web ' || n || d.id), 16)), 'sent',
         -- Some repeat, as a camera's do, and are folded; most differ.
         CASE WHEN n % 10 < 3 THEN 'Motion detected' ELSE 'Motion detected at gate ' || n END, 20000 + n % 200000, 'camera@example.com',
         ARRAY['owner@example.com'], '<' || n || '-' || d.id || '@mail.local>', 'submission', at, at, at + interval '1 second', at + interval '1 second'
       FROM devices d JOIN mailboxes m ON m.id = d.mailbox_id,
         LATERAL (SELECT n, now() - interval '1 hour' - ($2::int - n) * $3::int * interval '1 second' AS at FROM generate_series(1, $2::int) n) mails
       WHERE d.id = $1 ORDER BY n RETURNING id, tenant_id, sent_at
     )
     INSERT INTO parts (message_id, number, tenant_id, state, sent_at) SELECT id, 1, tenant_id, 'sent', sent_at FROM made`,
    [deviceId, count, everySeconds],
  );
}
