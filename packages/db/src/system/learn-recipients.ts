import { type KnownRecipients, learnRecipients, MAX_LEARNT } from '@hikyaku/core';
import type pg from 'pg';

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
}

const KNOWN = `SELECT id, tenant_id AS "tenantId", learnt_recipients AS learnt, unconfirmed_recipients AS unconfirmed, refused_recipients AS refused
  FROM devices WHERE id = ANY ($1::uuid[]) AND recipients_mode = 'device'`;

/**
 * Mode `device`: remembers whom these mails are for, the first ten as learnt, the others as to be confirmed, of which the outbox tells. By message: the places
 * of recipients that the mail must not go to yet. What has been handed off before teaches nothing: the owner may have taken somebody out since.
 */
export async function learnFromMails(client: pg.PoolClient, mails: TeachingMail[]): Promise<Map<string, number[]>> {
  const waiting = new Map<string, number[]>();
  const { rows } = await client.query<DeviceRow>(KNOWN, [[...new Set(mails.map(({ deviceId }) => deviceId))]]);
  const byDevice = new Map(rows.map((row) => [row.id, row]));
  const isNews = ({ deviceId, recipients }: TeachingMail): boolean => {
    const learnt = byDevice.get(deviceId)?.learnt;
    return learnt !== undefined && recipients.some((recipient) => !learnt.includes(recipient.toLowerCase()));
  };
  const news = mails.filter(isNews);
  // Asked first: most batches have nothing new, and an update that finds nothing to do would still notify every edge.
  if (news.length === 0) return waiting;
  const locked = await client.query<DeviceRow>(`${KNOWN} ORDER BY id FOR NO KEY UPDATE`, [
    news.map(({ deviceId }) => deviceId),
  ]);
  const stones = await client.query<{ id: string }>(
    'SELECT message_id AS id FROM tombstones WHERE message_id = ANY ($1::uuid[])',
    [news.map(({ messageId }) => messageId)],
  );
  const isOld = new Set(stones.rows.map(({ id }) => id));
  for (const device of locked.rows) {
    const own = news.filter(({ deviceId, messageId }) => deviceId === device.id && !isOld.has(messageId));
    let known: KnownRecipients = device;
    for (const { messageId, recipients } of own.sort((a, b) => a.acceptedAt - b.acceptedAt)) {
      const taught = learnRecipients(known, recipients, MAX_LEARNT);
      known = taught.known;
      if (taught.waiting.length > 0) waiting.set(messageId, taught.waiting);
    }
    await remember(client, device, known);
  }
  return waiting;
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
