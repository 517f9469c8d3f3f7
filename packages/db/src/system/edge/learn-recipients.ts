import { type KnownRecipients, learnRecipients, limitsOf, type PlanLimits } from '@hikyaku/core';
import type pg from 'pg';
import { NEW_RECIPIENTS } from '../../tenant/uses.ts';

/** What hand-off knows of a device's mail before it inserts it. */
export interface TeachingMail {
  messageId: string;
  deviceId: string;
  acceptedAt: number;
  recipients: string[];
}

interface DeviceRow extends KnownRecipients {
  id: string;
  tenantId: string;
  mayLearn: boolean;
  lastMessageAt: number | null;
  isUnwatched: boolean;
  hasDigests: boolean;
}

/** What was learnt from mails. */
interface Taught {
  /** By message: the places of recipients that it must not go to yet. */
  waiting: Map<string, number[]>;
  /** When these devices last spoke, as far as it is marked. */
  lastMessageAt: Map<string, number | null>;
  /** Those that are `isUnwatched`, and which of them have digests. */
  unwatched: Set<string>;
  digesting: Set<string>;
}

/** SQL: device `d` has neither a rate nor a channel for its content: how its mail leaves depends on the mail before it by nothing but its digests. */
export const isUnwatched = (d: string): string =>
  `(${d}.rate_per_minute IS NULL AND ${d}.rate_per_hour IS NULL AND ${d}.content_channel_id IS NULL)`;

/** The tenant's lock on its limits: `lockTenant` of the API takes the same. */
const LOCK_TENANT = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
const DAY = `SELECT t.limits, coalesce((SELECT u.count FROM tenant_uses u WHERE u.tenant_id = t.id AND u.name = $2 AND u.ends_at > now()), 0) AS used,
    ARRAY(SELECT DISTINCT lower(g.address) FROM devices d CROSS JOIN LATERAL unnest(d.recipients || d.learnt_recipients) AS g (address)
      WHERE d.tenant_id = t.id AND lower(g.address) = ANY ($3::text[])) AS known
  FROM tenants t WHERE t.id = $1`;
const COUNT = `INSERT INTO tenant_uses AS u (tenant_id, name, count, ends_at) VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
  ON CONFLICT (tenant_id, name) DO UPDATE SET count = CASE WHEN u.ends_at <= now() THEN $3 ELSE u.count + $3 END,
    ends_at = CASE WHEN u.ends_at <= now() THEN excluded.ends_at ELSE u.ends_at END`;
const KNOWN = `SELECT id, tenant_id AS "tenantId", learnt_recipients AS learnt, unconfirmed_recipients AS unconfirmed, refused_recipients AS refused,
    recipients_mode = 'device' AS "mayLearn", date_part('epoch', last_message_at) * 1000 AS "lastMessageAt",
    ${isUnwatched('devices')} AS "isUnwatched", digest_minutes IS NOT NULL AS "hasDigests"
  FROM devices WHERE id = ANY ($1::uuid[])`;

/**
 * Mode `device`: remembers whom these mails are for, the first ten as learnt, the others as to be confirmed, of which the outbox tells. Addresses that the tenant never
 * had count as new ones of the day; beyond its number they wait for the owner, too. What has been handed off before teaches nothing: the owner may have taken somebody out since.
 */
export async function learnFromMails(
  client: pg.PoolClient,
  mails: TeachingMail[],
  plan: PlanLimits | null,
): Promise<Taught> {
  const waiting = new Map<string, number[]>();
  const deviceIds = [...new Set(mails.map(({ deviceId }) => deviceId))];
  const { rows } = await client.query<DeviceRow>({ name: 'known-recipients', text: KNOWN, values: [deviceIds] });
  const lastMessageAt = new Map(rows.map((row) => [row.id, row.lastMessageAt]));
  const unwatched = new Set(rows.filter((row) => row.isUnwatched).map(({ id }) => id));
  const digesting = new Set(rows.filter((row) => row.isUnwatched && row.hasDigests).map(({ id }) => id));
  const taught = { waiting, lastMessageAt, unwatched, digesting };
  const byDevice = new Map(rows.filter(({ mayLearn }) => mayLearn).map((row) => [row.id, row]));
  const isNews = ({ deviceId, recipients }: TeachingMail): boolean => {
    const learnt = byDevice.get(deviceId)?.learnt;
    return learnt !== undefined && recipients.some((recipient) => !learnt.includes(recipient.toLowerCase()));
  };
  const news = mails.filter(isNews);
  // Asked first: most batches have nothing new, and an update that finds nothing to do would still notify every edge.
  if (news.length === 0) return taught;
  // Tenants before devices, as the API does it, and in one order.
  const tenants = [...new Set(news.map(({ deviceId }) => byDevice.get(deviceId)!.tenantId))].sort();
  for (const tenantId of tenants) await client.query(LOCK_TENANT, [`limits of ${tenantId}`]);
  const locked = await client.query<DeviceRow>(
    `${KNOWN} AND recipients_mode = 'device' ORDER BY id FOR NO KEY UPDATE`,
    [news.map(({ deviceId }) => deviceId)],
  );
  const stones = await client.query<{ id: string }>(
    'SELECT message_id AS id FROM tombstones WHERE message_id = ANY ($1::uuid[])',
    [news.map(({ messageId }) => messageId)],
  );
  const isOld = new Set(stones.rows.map(({ id }) => id));
  for (const device of locked.rows) {
    const own = news.filter(({ deviceId, messageId }) => deviceId === device.id && !isOld.has(messageId));
    const recipients = own.flatMap((mail) => mail.recipients);
    const day = plan && (await openDay(client, device.tenantId, recipients, plan));
    let known: KnownRecipients = device;
    for (const { messageId, recipients } of own.sort((a, b) => a.acceptedAt - b.acceptedAt)) {
      const learnt = learnRecipients(known, recipients, day?.mayLearn);
      known = learnt.known;
      if (learnt.waiting.length > 0) waiting.set(messageId, learnt.waiting);
    }
    await day?.close();
    await remember(client, device, known);
  }
  return taught;
}

/** The tenant's new addresses of the day, for one device after the other: all under the tenant's lock. */
async function openDay(client: pg.PoolClient, tenantId: string, recipients: string[], plan: PlanLimits) {
  const asked = [...new Set(recipients.map((address) => address.toLowerCase()))];
  const { rows } = await client.query<{ limits: unknown; used: number; known: string[] }>(DAY, [
    tenantId,
    NEW_RECIPIENTS.name,
    asked,
  ]);
  const { limits, used, known } = rows[0]!;
  const left = limitsOf(plan, limits).newRecipientsPerDay - used;
  const met = new Set(known);
  let taken = 0;
  return {
    mayLearn: (address: string): boolean => {
      if (met.has(address)) return true;
      if (taken >= left) return false;
      taken += 1;
      return true;
    },
    close: async (): Promise<void> => {
      if (taken > 0) await client.query(COUNT, [tenantId, NEW_RECIPIENTS.name, taken, NEW_RECIPIENTS.windowMs]);
    },
  };
}

async function remember(client: pg.PoolClient, device: DeviceRow, known: KnownRecipients): Promise<void> {
  const isAsked = known.unconfirmed.length > device.unconfirmed.length;
  if (!isAsked && known.learnt.length === device.learnt.length) return;
  await client.query('UPDATE devices SET learnt_recipients = $2, unconfirmed_recipients = $3 WHERE id = $1', [
    device.id,
    known.learnt,
    known.unconfirmed,
  ]);
  if (!isAsked) return;
  await client.query(`INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES ($1, 'device.asked', $2, $3)`, [
    device.tenantId,
    device.id,
    { waiting: known.unconfirmed.length },
  ]);
}
