import { ARRIVALS, type MailSlice, moveOf, type RecipientVerdict, statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { addToDay, ordinaryShare, recipientsOf, sentInDay } from '../system/worker/account-day.ts';
import { canSend, isDue, mayBeSent, quoted } from '../system/worker/message-conditions.ts';
import { HISTORY_COLUMNS, joinHistory, type MessageHistory } from '../system/worker/message-history.ts';
import { type Allowance, COMMIT_SOON, tokensNow } from '../system/worker/turns.ts';
import { CLAIM_PLAIN } from './claim-plain.ts';
import { DEVICES_DUE } from './devices-due.ts';

/** A message that this worker has until its lease ends. */
export interface ClaimedMessage extends MessageHistory {
  id: string;
  /** For which its content was sealed: its own id, or that of the mail of which it is a copy. */
  contentId: string;
  tenantId: string;
  mailboxId: string;
  queueId: string;
  isTest: boolean;
  sizeBytes: number;
  mailFrom: string;
  recipients: string[];
  /** The part that this claim is for, and its recipients: places in `recipients`, counted from 1; none named are all. */
  partNumber: number;
  places: number[];
  /** Which of the mail's files the part carries, where the mail leaves in several; null: all of it. */
  slice: MailSlice | null;
  /** What earlier attempts of the part brought for single recipients; null where all share its fate. */
  results: RecipientVerdict[] | null;
  messageIdHeader: string;
  acceptedAt: Date;
  /** Every write about this claim names it; an older one is refused. */
  fence: number;
  attemptNumber: number;
  /** True when an earlier attempt ended in doubt: the recipient may get it twice. */
  isRepeat: boolean;
  keySealed: Buffer | null;
  spoolObject: string | null;
  spoolOffset: number | null;
  spoolLength: number | null;
  /** Null: mail of our own, of no device. */
  deviceId: string | null;
  /** Null when there is no device, or its row is gone. */
  deviceName: string | null;
  subjectPrefix: string | null;
  timeZone: string | null;
  charset: string | null;
  /** The device's owner wants its larger pictures smaller. */
  smallerPictures: boolean;
  /** The mail leaves from this address of the mailbox's instead of its own. Null: from its own. */
  sender: ClaimedSender | null;
}

/** An address beside its own that a mailbox may send from, or is to be tried with: that is own mail from it. */
export interface ClaimedSender {
  id: string;
  address: string;
  kind: 'alias' | 'shared';
}

export interface ClaimRequest {
  accountKey: string;
  turnToken: number;
  turnLeaseMs: number;
  /** Messages at most. */
  limit: number;
  leaseMs: number;
  allowance: Allowance;
  environment: 'live' | 'sandbox';
  /** How many mails each device (null: none) is ahead of the others: the round robin goes on where the last claim stopped. */
  served: Map<string | null, number>;
  /** A part with more is split, the rest waiting. */
  maxRecipients: number;
  /** False: the turn's last claim was not plain, so that the small statement is not tried first. */
  mayBePlain?: boolean;
}

/**
 * Claims what this account sends next: tests, then the first mail after quiet, then the devices in turn, each device's oldest mail first.
 * One statement: the turn is checked and renewed, the bucket paid, the messages marked `sending` under a new fence and lease, and an
 * attempt begun of one part of each: what one call of the provider sends. Null when the turn is not ours any more. `isPlain`: the small statement knew all
 * that there was to know.
 */
export async function claimDueMessages(
  database: Database,
  request: ClaimRequest,
): Promise<{ messages: ClaimedMessage[]; isPlain: boolean } | null> {
  const values = [
    request.accountKey,
    request.turnToken,
    request.turnLeaseMs,
    request.limit,
    request.leaseMs,
    request.allowance.burst,
    request.allowance.perMinute,
    request.environment,
    [...request.served.keys()],
    [...request.served.values()],
    request.maxRecipients,
    request.allowance.day?.perDay ?? null,
    request.allowance.day?.counts === 'recipients',
  ];
  if (request.mayBePlain !== false) {
    const plain = await database.prepared<Claimed>('worker-claim', CLAIM_PLAIN, values);
    if (!plain[0]) return null;
    if (plain[0].isPlain) return { messages: plain.filter(isClaimed), isPlain: true };
  }
  const rows = await database.prepared<Claimed>('worker-claim-any', CLAIM, values);
  return rows.length === 0 ? null : { messages: rows.filter(isClaimed), isPlain: false };
}

type Claimed = (ClaimedMessage | { id: null }) & { isPlain?: boolean };
const isClaimed = (row: Claimed): row is ClaimedMessage & Claimed => row.id !== null;

const MS = `interval '1 millisecond'`;

const CLAIMED = moveOf('claimed').to;
/** Own mail of no device takes its turn as one device more. */
const NO_DEVICE = `'00000000-0000-0000-0000-000000000000'::uuid`;

/** SQL: what may be sent now of one device, as many as there is room. */
const dueOf = (device: string): string => `
    SELECT m.id, m.device_id, m.priority, m.seq, m.mailbox_id, CASE WHEN $13::boolean THEN cardinality(m.recipients) ELSE 1 END AS units FROM messages m
    WHERE m.account_key = $1 AND m.device_id ${device} AND ${isDue('m')}
      AND EXISTS (SELECT FROM mailboxes b WHERE b.id = m.mailbox_id AND ${canSend('b', '$8')})
    ORDER BY m.priority, m.seq LIMIT (SELECT coalesce(max(places), 0) FROM room)`;

/** SQL: somebody may have the mail already: by an attempt of this part, or, where the first claim finds it in doubt, by one whose row was lost. */
const isRepeat = `(t.is_repeat OR (c.attempt_count = 1 AND c.claimed_from = '${ARRIVALS.recovered.state}'))`;

const CLAIM = `
WITH RECURSIVE turn AS MATERIALIZED (
  SELECT a.account_key, ${tokensNow('$6', '$7')} AS tokens, ${sentInDay('a')} AS sent_in_day, coalesce(a.not_before > now(), false) AS is_resting
  FROM upstream_accounts a WHERE a.account_key = $1 AND a.turn_token = $2 AND a.turn_until > now()
  FOR UPDATE
), room AS (
  SELECT CASE WHEN is_resting THEN 0 ELSE least($4::int, floor(tokens)::int) END AS places,
    $12::int - sent_in_day AS urgent_units, ${ordinaryShare('$12::int')} - sent_in_day AS ordinary_units FROM turn
), ${DEVICES_DUE}, ranked AS (
  SELECT c.id, c.priority, c.seq, c.mailbox_id, c.units,
    row_number() OVER (PARTITION BY c.device_id, c.priority ORDER BY c.seq) + coalesce(s.times, 0) AS place
  FROM (
    SELECT c.* FROM devices_due d CROSS JOIN LATERAL (${dueOf('= d.device_id')}) c
    UNION ALL
    SELECT c.* FROM (${dueOf('IS NULL')}) c
  ) c
  LEFT JOIN unnest($9::uuid[], $10::int[]) AS s (device_id, times) ON coalesce(s.device_id, ${NO_DEVICE}) = coalesce(c.device_id, ${NO_DEVICE})
), picked AS (
  -- Of the day's last sends the mail to many is one that goes: else it would wait for ever.
  SELECT id, rank FROM (
    SELECT id, priority, row_number() OVER w AS rank, sum(units) OVER w - units AS units_before FROM ranked
    WINDOW w AS (ORDER BY priority, CASE WHEN priority < 2 THEN 0 ELSE place END, seq)
  ) o
  WHERE $12::int IS NULL OR o.units_before < (SELECT CASE WHEN o.priority < 2 THEN urgent_units ELSE ordinary_units END FROM room)
  ORDER BY rank LIMIT (SELECT coalesce(max(places), 0) FROM room)
), locked AS (
  SELECT m.id, p.rank FROM messages m JOIN picked p ON p.id = m.id
  WHERE ${isDue('m')} ORDER BY p.rank FOR UPDATE OF m SKIP LOCKED
), claimed AS (
  UPDATE messages m SET state = '${CLAIMED}', claimed_from = m.state, state_code = NULL, due_at = NULL, digest_at = NULL, opened_at = NULL, committed_at = NULL, fence = m.fence + 1,
    attempt_count = m.attempt_count + 1, lease_until = now() + $5 * ${MS}
  FROM locked WHERE m.id = locked.id
  RETURNING m.*, locked.rank
), chosen AS MATERIALIZED (
  -- Of its parts the one that has waited longest; the first claim begins the one part that most mails have. One that is not sent and does not wait
  -- comes after all that do: a retry by an early version left it behind.
  SELECT c.id, c.tenant_id, coalesce(p.number, 1) AS number,
    CASE WHEN cardinality(p.places) > 0 THEN p.places
      WHEN cardinality(c.recipients) > $11::int THEN ARRAY(SELECT generate_series(1, cardinality(c.recipients)))::smallint[]
      ELSE '{}' END AS places, p.slice
  FROM claimed c LEFT JOIN LATERAL (
    SELECT p.number, p.places, p.slice FROM parts p WHERE p.message_id = c.id AND ${mayBeSent('p')}
    ORDER BY p.state::text IN (${quoted(statesBefore('claimed'))}) DESC, p.due_at NULLS FIRST, p.number LIMIT 1
  ) p ON true
  WHERE p.number IS NOT NULL OR NOT EXISTS (SELECT FROM parts o WHERE o.message_id = c.id)
), parts_begun AS (
  INSERT INTO parts AS p (message_id, number, tenant_id, state, places)
  SELECT id, number, tenant_id, '${CLAIMED}', places[1:$11::int] FROM chosen
  ON CONFLICT (message_id, number) DO UPDATE SET state = '${CLAIMED}', state_code = NULL, due_at = NULL, places = excluded.places
), parts_split AS (
  INSERT INTO parts (message_id, number, tenant_id, state, due_at, places, slice)
  SELECT h.id, last.number + n, h.tenant_id, '${ARRIVALS.arrived.state}', now(), h.places[n * $11::int + 1 : (n + 1) * $11::int], h.slice
  FROM chosen h
  CROSS JOIN LATERAL (SELECT coalesce(max(o.number), 1) AS number FROM parts o WHERE o.message_id = h.id) last
  CROSS JOIN LATERAL generate_series(1, (cardinality(h.places) - 1) / $11::int) AS n
  WHERE cardinality(h.places) > $11::int
), told AS (
  SELECT c.id, tries.is_repeat, ${HISTORY_COLUMNS} FROM claimed c JOIN chosen h ON h.id = c.id ${joinHistory('c', 'h.number')}
), attempts_begun AS (
  INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, is_repeat)
  SELECT c.id, h.number, c.attempt_count, c.tenant_id, c.fence, now(), ${isRepeat}
  FROM claimed c JOIN chosen h ON h.id = c.id JOIN told t ON t.id = c.id
), paid AS (
  UPDATE upstream_accounts a SET bucket_tokens = turn.tokens - (SELECT count(*) FROM claimed), bucket_at = now(),
    turn_until = now() + $3 * ${MS},
    ${addToDay('a', `(SELECT coalesce(sum(CASE WHEN $13::boolean THEN ${recipientsOf('h.places[1:$11::int]', 'c.recipients')} ELSE 1 END), 0) FROM claimed c JOIN chosen h ON h.id = c.id)::int`)}
  FROM turn WHERE a.account_key = turn.account_key AND ${COMMIT_SOON}
)
SELECT c.id, coalesce(c.copy_of, c.id) AS "contentId", c.tenant_id AS "tenantId", c.mailbox_id AS "mailboxId", c.queue_id AS "queueId", c.is_test AS "isTest",
  c.size_bytes AS "sizeBytes", c.mail_from AS "mailFrom", c.recipients, c.message_id_header AS "messageIdHeader", c.accepted_at AS "acceptedAt", c.fence,
  c.attempt_count AS "attemptNumber", ${isRepeat} AS "isRepeat", c.key_sealed AS "keySealed", c.spool_object AS "spoolObject",
  c.spool_offset AS "spoolOffset", c.spool_length AS "spoolLength", c.device_id AS "deviceId", d.name AS "deviceName",
  d.subject_prefix AS "subjectPrefix", d.time_zone AS "timeZone", d.charset, coalesce(d.smaller_pictures, false) AS "smallerPictures",
  CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'address', s.address, 'kind', s.kind) END AS sender, t.deferrals, t.doubts, t.abandons, t."ageMs",
  h.number AS "partNumber", h.places[1:$11::int] AS places, h.slice, p.results
FROM turn
LEFT JOIN (claimed c JOIN told t ON t.id = c.id JOIN chosen h ON h.id = c.id) ON true
LEFT JOIN devices d ON d.id = c.device_id
-- Of a device: the one chosen for it, while it works. Own mail names its sender in the envelope, which its content is bound to.
LEFT JOIN mailbox_senders s ON s.mailbox_id = c.mailbox_id AND s.tenant_id = c.tenant_id
  AND CASE WHEN c.device_id IS NULL THEN lower(s.address) = lower(c.mail_from) ELSE s.id = d.sender_id AND s.state = 'works' END
LEFT JOIN parts p ON p.message_id = c.id AND p.number = h.number
ORDER BY c.rank`;
