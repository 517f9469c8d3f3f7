import type { AlertMove } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { HOUR, sentInDay } from '../system/worker/account-day.ts';
import { applyMoves } from './follow-outbox.ts';

/** A mailbox and what its account sent in its rolling day. */
export interface DayUseOfMailbox {
  tenantId: string;
  mailboxId: string;
  accountKey: string;
  address: string;
  sent: number;
  /** What is said of it already. */
  open: string[];
}

const CODES = ['mailbox.day_near', 'mailbox.daily_limit'];

/** Mailboxes that can send, whose account sent in the last hour and at least `least` in its day. */
export async function readDayUses(database: Database, least: number): Promise<DayUseOfMailbox[]> {
  return database.query<DayUseOfMailbox>(
    `WITH busy AS MATERIALIZED (
       -- A sum of all slots, old ones too, is never less: the exact count is made of few.
       SELECT a.* FROM upstream_accounts a WHERE a.day_hour >= ${HOUR} - 1 AND (SELECT sum(n) FROM unnest(a.day_hours) AS n) >= $1
     )
     SELECT b.tenant_id AS "tenantId", b.id AS "mailboxId", b.account_key AS "accountKey", b.address, ${sentInDay('a')} AS sent,
       ARRAY(SELECT o.code FROM alerts o WHERE o.tenant_id = b.tenant_id AND o.subject_id = b.id AND o.code = ANY ($2) AND o.ended_at IS NULL) AS open
     FROM busy a JOIN mailboxes b ON b.account_key = a.account_key AND b.deleted_at IS NULL AND b.state = 'active'`,
    [least, CODES],
  );
}

/** Begins alerts of mailboxes whose day is nearly or wholly used. */
export async function beginDayAlerts(
  database: Database,
  found: (Pick<DayUseOfMailbox, 'tenantId' | 'mailboxId' | 'sent'> & {
    code: 'mailbox.day_near' | 'mailbox.daily_limit';
    perDay: number;
  })[],
): Promise<void> {
  await applyMoves(
    database,
    found.map(({ tenantId, mailboxId, code, sent, perDay }): AlertMove => {
      return { tenantId, subjectId: mailboxId, code, is: 'on', at: new Date(), facts: { sent, perDay } };
    }),
  );
}
