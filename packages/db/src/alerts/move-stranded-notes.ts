import type { RerouteReason } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { moveMessages } from '../message-writer/move-messages.ts';
import { LEAVES_BY_OTHER, mayGo } from '../message-writer/reroute-messages.ts';
import { WAKE_READERS } from '../outbox/read-outbox.ts';
import { canSend, isHeld, isWaiting } from '../system/worker/message-conditions.ts';

/** A mail that is older tells nobody anything new, and reminders are mails of their own. */
const NEWS = `interval '7 days'`;

/** SQL: mails that tell an alert and wait in a mailbox of which it is said that it cannot send, or not today. By the alerts that go on: few, whatever mail there is. */
const STRANDED = `SELECT d.note_id FROM alerts a
  JOIN alert_channels c ON c.tenant_id = a.tenant_id AND c.kind = 'mailbox' AND c.deleted_at IS NULL
  JOIN alert_deliveries d ON d.channel_id = c.id AND d.tenant_id = a.tenant_id AND d.sent_at > now() - ${NEWS}
  JOIN messages n ON n.id = d.note_id AND n.tenant_id = a.tenant_id AND n.mailbox_id = a.subject_id AND n.sent_at IS NULL
  WHERE a.ended_at IS NULL AND a.code IN ('mailbox.lost', 'mailbox.daily_limit')`;

const MOVE = `WITH ${moveMessages({
  event: 'rerouted',
  from: 'unnest($1::uuid[], $2::uuid[], $3::text[]) AS g (id, target, reason) JOIN mailboxes t ON t.id = g.target',
  where: `m.id = g.id AND t.tenant_id = m.tenant_id AND ${canSend('t', '$4')} AND ${mayGo('m')}`,
  set: LEAVES_BY_OTHER,
  storyData: `(SELECT jsonb_build_object('was', moved.was, 'reason', g.reason, 'from', o.address, 'to', t.address)
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS g (id, target, reason) JOIN mailboxes t ON t.id = g.target
    JOIN messages m ON m.id = g.id JOIN mailboxes o ON o.id = m.mailbox_id WHERE g.id = moved.id)`,
})}
  SELECT DISTINCT t.account_key AS "accountKey" FROM moved JOIN mailboxes t ON t.id = moved.mailbox_id`;

/**
 * A mailbox that is lost with a mail in it that tells an alert kept that alert as well: such mails leave by another mailbox of their tenant, at most `limit` at once. The accounts
 * by which they now leave.
 */
export async function moveStrandedNotes(
  database: Database,
  environment: 'live' | 'sandbox',
  limit: number,
): Promise<string[]> {
  return database.transaction(async (client) => {
    // In a statement of its own, as in `rerouteMessages`.
    const { rows } = await client.query<{ id: string; target: string | null; reason: RerouteReason }>(
      `SELECT m.id, CASE WHEN m.due_at IS NULL THEN 'closed' ELSE 'day' END AS reason,
         (SELECT b.id FROM mailboxes b WHERE b.tenant_id = m.tenant_id AND b.id <> m.mailbox_id AND b.provider <> 'channel' AND ${canSend('b', '$1')}
          AND NOT EXISTS (SELECT FROM alerts x WHERE x.tenant_id = b.tenant_id AND x.subject_id = b.id AND x.ended_at IS NULL) ORDER BY b.created_at LIMIT 1) AS target
       FROM messages m WHERE m.id IN (${STRANDED})
         AND (${isHeld('m')} OR ${isWaiting('m')} AND m.state_code = 'upstream.daily_limit') AND ${mayGo('m')}
       ORDER BY m.seq LIMIT $2 FOR UPDATE OF m SKIP LOCKED`,
      [environment, limit],
    );
    const found = rows.filter(({ target }) => target !== null);
    if (found.length === 0) return [];
    const moved = await client.query<{ accountKey: string }>(MOVE, [
      found.map(({ id }) => id),
      found.map(({ target }) => target),
      found.map(({ reason }) => reason),
      environment,
    ]);
    await client.query(WAKE_READERS);
    return moved.rows.map(({ accountKey }) => accountKey);
  });
}
