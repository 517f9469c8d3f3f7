import { type BouncedRecipient, mailboxKey } from '@hikyaku/core';
import type { Database } from '../../database.ts';
import { WAKE_READERS } from '../../outbox/read-outbox.ts';

/** Mails that a tenant's address takes in an hour: forty cameras that write to a closed mailbox. What is more waits at its sender's. */
const PER_HOUR = 200;
/** Of a mail known by its Message-ID alone, which has no index: a report comes within minutes, seldom days. */
const NEWEST = 5000;
/** Lines of a story that reports may make: a mail has few recipients, and each comes back once. */
const MAX_LINES = 50;

/** Whose address that is; null for nobody's. `hasRoom`: it may take one more mail in this hour. */
export async function findBounceTenant(
  database: Database,
  token: string,
): Promise<{ tenantId: string; hasRoom: boolean } | null> {
  const [row] = await database.query<{ tenantId: string; hasRoom: boolean }>(
    `SELECT b.tenant_id AS "tenantId", b.hour_ends_at <= now() OR b.taken_in_hour < ${PER_HOUR} AS "hasRoom"
     FROM bounce_addresses b JOIN tenants n ON n.id = b.tenant_id AND n.deleted_at IS NULL AND n.suspended_at IS NULL WHERE b.token = $1`,
    [token],
  );
  return row ?? null;
}

/** What came to a tenant's address, as far as it is kept. */
export type BounceMail =
  | {
      kind: 'report';
      recipients: BouncedRecipient[];
      /** By which the mail is found that it is about. */
      queueIds: string[];
      messageIds: string[];
    }
  | { kind: 'forward_code'; code: string; mailbox: string | null }
  /** Neither: a rule that forwards too much. */
  | { kind: 'other' };

/**
 * Notes what came, and puts a report into the story of the mail that it is about, one of this tenant alone, each recipient once. True when such a mail was found.
 * Told in the outbox where something is new and final.
 */
export async function recordBounceMail(database: Database, tenantId: string, mail: BounceMail): Promise<boolean> {
  return database.transaction(async (client) => {
    const code = mail.kind === 'forward_code' ? mail : null;
    await client.query(
      `UPDATE bounce_addresses SET taken_in_hour = CASE WHEN hour_ends_at <= now() THEN 1 ELSE least(taken_in_hour + 1, 30000) END,
         hour_ends_at = CASE WHEN hour_ends_at <= now() THEN now() + interval '1 hour' ELSE hour_ends_at END,
         last_report_at = CASE WHEN $2 THEN now() ELSE last_report_at END,
         forward_code = coalesce($3, forward_code), forward_for = CASE WHEN $3::text IS NULL THEN forward_for ELSE $4 END,
         forward_at = CASE WHEN $3::text IS NULL THEN forward_at ELSE now() END
       WHERE tenant_id = $1`,
      [tenantId, mail.kind === 'report', code?.code ?? null, code?.mailbox ?? null],
    );
    if (mail.kind !== 'report') return false;
    const FOUND = 'id, device_id AS "deviceId", mailbox_id AS "mailboxId", recipients';
    const byQueueId = await client.query<FoundMail>(
      `SELECT ${FOUND} FROM messages WHERE tenant_id = $1 AND queue_id = ANY ($2::text[]) LIMIT 1`,
      [tenantId, mail.queueIds],
    );
    const byHeader =
      byQueueId.rows.length > 0
        ? byQueueId
        : await client.query<FoundMail>(
            `SELECT ${FOUND} FROM (SELECT * FROM messages WHERE tenant_id = $1 ORDER BY seq DESC LIMIT ${NEWEST}) m
             WHERE message_id_header = ANY ($2::text[]) LIMIT 1`,
            [tenantId, mail.messageIds],
          );
    const message = byHeader.rows[0];
    if (!message) return false;
    // Two reports of one mail at the same time: the second sees what the first wrote.
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('bounces of ' || $1, 0))`, [message.id]);
    const told = mail.recipients.map((recipient) => ({ ...recipient, address: spelling(message, recipient.address) }));
    const { rows } = await client.query<{ data: BouncedRecipient }>(
      `INSERT INTO message_events (message_id, tenant_id, kind, data)
       SELECT $1, $2, 'bounced', g.data FROM unnest($3::jsonb[]) WITH ORDINALITY AS g (data, place)
       WHERE NOT EXISTS (SELECT FROM message_events e WHERE e.message_id = $1 AND e.kind = 'bounced'
           AND e.data -> 'address' = g.data -> 'address' AND e.data -> 'action' = g.data -> 'action')
         AND (SELECT count(*) FROM message_events e WHERE e.message_id = $1 AND e.kind = 'bounced') + g.place <= ${MAX_LINES}
       RETURNING data`,
      [message.id, tenantId, told.map((recipient) => JSON.stringify(recipient))],
    );
    const failed = rows.find(({ data }) => data.action === 'failed');
    if (failed) {
      const { deviceId, mailboxId } = message;
      const { reason, status } = failed.data;
      await client.query(
        `INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES ($1, 'message.bounced', $2, $3)`,
        [tenantId, message.id, JSON.stringify({ deviceId, mailboxId, reason, status })],
      );
      await client.query(WAKE_READERS);
    }
    return true;
  });
}

interface FoundMail {
  id: string;
  deviceId: string | null;
  mailboxId: string;
  recipients: string[];
}

/** As the mail has it: a server may write it in another case, or name whom it was forwarded to. */
const spelling = ({ recipients }: FoundMail, address: string | null): string | null =>
  recipients.find((known) => address !== null && mailboxKey(known) === mailboxKey(address)) ??
  address ??
  (recipients.length === 1 ? recipients[0]! : null);
