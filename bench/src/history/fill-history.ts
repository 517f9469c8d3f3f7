import { createHash } from 'node:crypto';
import type { Database } from '@hikyaku/db';

/** How many of everything; the first tenant is the big one, with a fifth of all mail. */
export interface HistoryShape {
  messages: number;
  tenants: number;
  /** Devices of each tenant; the big one has as many more. */
  devicesEach: number;
  /** Mailboxes of each tenant. */
  mailboxesEach: number;
  /** The mail is spread over so many days, in the order in which it came. */
  days: number;
}

/** What was measured first, and stands in the issue: 2,001 tenants with 20,020 devices. */
export const HISTORY_SHAPE: Omit<HistoryShape, 'messages'> = {
  tenants: 2_001,
  devicesEach: 10,
  mailboxesEach: 2,
  days: 29,
};

type Kind = 'tenant' | 'mailbox' | 'device';

/** SQL: the id of the n-th of a kind. */
const idOf = (kind: Kind, n: string): string => `md5('${kind} ' || (${n}))::uuid`;

/** The same, here. */
export function uuidOf(kind: Kind, n: number): string {
  const hex = createHash('md5').update(`${kind} ${n}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Rows a statement: some seconds each, so that none comes near its limit. */
const CHUNK = 50_000;

/** Tenants, mailboxes and devices, without credentials: nobody signs in. */
export async function fillTenants(owner: Database, shape: HistoryShape): Promise<void> {
  const { tenants, devicesEach, mailboxesEach } = shape;
  await owner.query(
    `INSERT INTO tenants (id, name) SELECT ${idOf('tenant', 'n')}, 'Tenant ' || n FROM generate_series(1, $1::int) n`,
    [tenants],
  );
  await owner.query(
    `INSERT INTO mailboxes (id, tenant_id, provider, environment, account_key, address, secret_sealed, secret_version)
     SELECT ${idOf('mailbox', 'n')}, ${idOf('tenant', `1 + (n - 1) / ${mailboxesEach}`)}, 'microsoft', 'sandbox', 'microsoft:history:' || n,
       'owner-' || n || '@outlook.example', '\\x00', 1
     FROM generate_series(1, $1::int) n`,
    [tenants * mailboxesEach],
  );
  // The last ones are the big tenant's too.
  await owner.query(
    `INSERT INTO devices (id, tenant_id, mailbox_id, name)
     SELECT ${idOf('device', 'n')}, ${idOf('tenant', 't')}, ${idOf('mailbox', `${mailboxesEach} * (t - 1) + 1 + n % ${mailboxesEach}`)}, 'Camera ' || n
     FROM (SELECT n, CASE WHEN n > $1::int THEN 1 ELSE 1 + (n - 1) / ${devicesEach} END AS t FROM generate_series(1, $1::int + ${devicesEach}) n) d`,
    [tenants * devicesEach],
  );
}

/**
 * Messages with parts, attempts, events and tombstones, as the route leaves them: of ten thousand 9,850 sent, 80 failed, 30 suppressed by a rule, 20
 * expired, 10 cancelled, 9 held, 1 in doubt. What has come to an end has no content any more.
 */
export async function fillMessages(
  owner: Database,
  shape: HistoryShape,
  say: (text: string) => void = () => {},
): Promise<void> {
  const { messages, tenants, devicesEach, mailboxesEach, days } = shape;
  const others = (tenants - 1) * devicesEach;
  for (let from = 1; from <= messages; from += CHUNK) {
    await owner.query(
      `WITH numbers AS (
         SELECT n, (hashint4(n) & 1048575) % 10000 AS dice, CASE WHEN n % 5 > 0 AND ${others} > 0 THEN ${devicesEach} + 1 + (n::bigint * 7919) % greatest(${others}, 1)
           WHEN (n / 5) % 2 = 0 THEN 1 + (n / 5) % ${devicesEach} ELSE ${tenants * devicesEach} + 1 + (n / 5) % ${devicesEach} END AS device,
           now() - interval '10 minutes' - (1 - n::float8 / $3) * interval '${days} days' AS at
         FROM generate_series($1::int, $2::int) n
       ), given AS MATERIALIZED (
         SELECT uuidv7(at - now()) AS id, upper(left(md5('queue ' || n), 16)) AS queue_id, n, at, device, CASE WHEN device > ${tenants * devicesEach} THEN 1 ELSE 1 + (device - 1) / ${devicesEach} END AS tenant,
           CASE WHEN dice < 9850 THEN 'sent' WHEN dice < 9930 THEN 'failed' WHEN dice < 9960 THEN 'suppressed' WHEN dice < 9980 THEN 'expired'
             WHEN dice < 9990 THEN 'cancelled' WHEN dice < 9999 THEN 'held' ELSE 'in_doubt' END AS state
         FROM numbers
       ), rows AS (
         INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, state, subject, size_bytes, mail_from, recipients,
           message_id_header, door, accepted_at, ingested_at, sent_at, due_at, fence, attempt_count, content_destroyed_at)
         SELECT id, ${idOf('tenant', 'tenant')}, ${idOf('device', 'device')}, ${idOf('mailbox', `${mailboxesEach} * (tenant - 1) + 1 + device % ${mailboxesEach}`)},
           'microsoft:history:' || ${mailboxesEach} * (tenant - 1) + 1 + device % ${mailboxesEach}, queue_id, state::message_state,
           'Motion detected at the front door, camera ' || device, 20000 + n % 200000, 'camera' || device || '@example.com',
           ARRAY['owner' || tenant || '@example.com'], '<' || id || '@mail.local>', 'submission', at, at + interval '50 ms',
           CASE WHEN state = 'sent' THEN at + interval '1 second' END,
           -- Far away: what is measured shall not find it due.
           CASE WHEN state = 'in_doubt' THEN now() + interval '10 days' END, 1, 1,
           CASE WHEN state NOT IN ('held', 'in_doubt') THEN at + interval '1 second' END
         FROM given ORDER BY n
       ), parts AS (
         INSERT INTO parts (message_id, number, tenant_id, state, sent_at)
         SELECT id, 1, ${idOf('tenant', 'tenant')}, state::message_state, CASE WHEN state = 'sent' THEN at + interval '1 second' END FROM given
       ), attempts AS (
         INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, opened_at, finished_at, outcome, status)
         SELECT id, 1, 1, ${idOf('tenant', 'tenant')}, 1, at, at, at + interval '1 second',
           CASE state WHEN 'sent' THEN 'accepted' WHEN 'in_doubt' THEN 'in_doubt' ELSE 'rejected' END, 202 FROM given
       ), stones AS (
         INSERT INTO tombstones (message_id, at) SELECT id, at FROM given
       )
       INSERT INTO message_events (message_id, tenant_id, at, kind, data)
       SELECT id, ${idOf('tenant', 'tenant')}, at, 'accepted', '{"door": "submission"}'::jsonb FROM given
       UNION ALL SELECT id, ${idOf('tenant', 'tenant')}, at + interval '1 second', state, '{}' FROM given`,
      [from, Math.min(messages, from + CHUNK - 1), messages],
    );
    say(`${Math.min(messages, from + CHUNK - 1)} of ${messages} messages`);
  }
  for (const statement of KEPT_COUNTS) await owner.query(statement);
}

/** What readers of the outbox keep as mail comes and goes, of the rows that are there. */
const KEPT_COUNTS = [
  'INSERT INTO mail_states (tenant_id, state, count) SELECT tenant_id, state, count(*) FROM messages GROUP BY 1, 2',
  `INSERT INTO mail_hours (tenant_id, hour, accepted, sent, failed)
   SELECT tenant_id, date_trunc('hour', accepted_at), count(*), count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state IN ('failed', 'expired'))
   FROM messages GROUP BY 1, 2`,
  `INSERT INTO device_ends (device_id, tenant_id, state, at)
   SELECT d.id, d.tenant_id, m.state, m.accepted_at FROM devices d CROSS JOIN LATERAL (
     SELECT state, accepted_at FROM messages WHERE device_id = d.id AND tenant_id = d.tenant_id AND state IN ('sent', 'failed', 'expired') ORDER BY seq DESC LIMIT 1) m`,
];
