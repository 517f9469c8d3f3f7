import { ARRIVALS, moveOf } from '@hikyaku/core';
import { addToDay, ordinaryShare, sentInDay } from '../system/worker/account-day.ts';
import { canSend, isDue } from '../system/worker/message-conditions.ts';
import { COMMIT_SOON, tokensNow } from '../system/worker/turns.ts';
import { DEVICES_DUE } from './devices-due.ts';

const MS = `interval '1 millisecond'`;
const CLAIMED = moveOf('claimed').to;
const { arrived } = ARRIVALS;

/** SQL: mail `m` has been tried by nobody, comes from a device and is one part's. */
const isFirstTry = (m: string): string =>
  `(${m}.attempt_count = 0 AND ${m}.state::text = '${arrived.state}' AND ${m}.device_id IS NOT NULL AND cardinality(${m}.recipients) <= $11::int)`;

/** SQL: nothing about mail `k` has to be looked for beside its row. LIMIT 1, or the planner may read a table whole to compare it with all of them. */
const isPlain = (k: string): string => `(${k}.is_first_try
      AND coalesce((SELECT ${canSend('b', '$8')} FROM mailboxes b WHERE b.id = ${k}.mailbox_id), false)
      AND (SELECT true FROM parts p WHERE p.message_id = ${k}.id LIMIT 1) IS NULL)`;

/** SQL: what is known of due mail `m` before it is chosen. */
const CANDIDATE = `m.id, m.device_id, m.priority, m.seq, m.mailbox_id, CASE WHEN $13::boolean THEN cardinality(m.recipients) ELSE 1 END AS units, ${isFirstTry('m')} AS is_first_try`;

const firstOf = (device: string): string => `
    SELECT ${CANDIDATE} FROM messages m WHERE m.account_key = $1 AND m.device_id ${device} AND m.due_at IS NOT NULL AND ${isDue('m')}
    ORDER BY m.priority, m.seq LIMIT (SELECT places FROM room)`;
/**
 * The claim as it nearly always is: the values, the order and the answer of the one of `claim-due-messages.ts`, whose start costs more than all the mails in it, with half
 * of its steps. It claims nothing where the account's day nears its end or one of the next mails is not plain: then it answers with `isPlain` false, and the other one is asked. No row: the turn is not ours any more.
 */
export const CLAIM_PLAIN = `
WITH RECURSIVE turn AS MATERIALIZED (
  SELECT a.account_key, ${tokensNow('$6', '$7')} AS tokens, CASE WHEN $12::int IS NOT NULL THEN ${sentInDay('a')} END AS sent_in_day, coalesce(a.not_before > now(), false) AS is_resting
  FROM upstream_accounts a WHERE a.account_key = $1 AND a.turn_token = $2 AND a.turn_until > now()
  FOR UPDATE
), room AS MATERIALIZED (
  SELECT coalesce((SELECT CASE WHEN is_resting THEN 0 ELSE least($4::int, floor(tokens)::int) END FROM turn), 0) AS places
), ${DEVICES_DUE}, due AS MATERIALIZED (
  SELECT c.* FROM devices_due d CROSS JOIN LATERAL (${firstOf('= d.device_id')}) c
  UNION ALL
  SELECT c.* FROM (${firstOf('IS NULL')}) c
), picked AS MATERIALIZED (
  SELECT k.id, k.priority, k.place, k.seq, k.units, ${isPlain('k')} AS is_plain FROM (
    SELECT f.*, CASE WHEN f.priority < 2 THEN 0 ELSE row_number() OVER (PARTITION BY f.device_id, f.priority ORDER BY f.seq)
        + coalesce(($10::int[])[array_position($9::uuid[], f.device_id)], 0) END AS place
    FROM due f ORDER BY f.priority, place, f.seq
    LIMIT (SELECT places FROM room)
  ) k
), verdict AS MATERIALIZED (
  SELECT coalesce(bool_and(k.is_plain), true) AND ($12::int IS NULL OR coalesce(sum(k.units), 0) <= ${ordinaryShare('$12::int')} - (SELECT sent_in_day FROM turn)) AS is_plain
  FROM picked k
), locked AS (
  SELECT m.id, k.priority, k.place, k.seq FROM picked k JOIN messages m ON m.id = k.id
  WHERE (SELECT is_plain FROM verdict) AND ${isDue('m')} AND ${isFirstTry('m')} FOR UPDATE OF m SKIP LOCKED
), claimed AS (
  UPDATE messages m SET state = '${CLAIMED}', claimed_from = m.state, state_code = NULL, due_at = NULL, digest_at = NULL, opened_at = NULL, committed_at = NULL, fence = m.fence + 1,
    attempt_count = m.attempt_count + 1, lease_until = now() + $5 * ${MS}
  FROM locked k WHERE m.id = k.id
  RETURNING m.*, k.place
), parts_begun AS (
  INSERT INTO parts AS p (message_id, number, tenant_id, state, places) SELECT id, 1, tenant_id, '${CLAIMED}', '{}' FROM claimed
), attempts_begun AS (
  INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, is_repeat)
  SELECT id, 1, attempt_count, tenant_id, fence, now(), false FROM claimed
), used AS (
  SELECT count(*) AS mails, coalesce(sum(CASE WHEN $13::boolean THEN cardinality(c.recipients) ELSE 1 END), 0)::int AS units FROM claimed c
), paid AS (
  UPDATE upstream_accounts a SET bucket_tokens = turn.tokens - used.mails, bucket_at = now(), turn_until = now() + $3 * ${MS}, ${addToDay('a', 'used.units')}
  FROM turn, used WHERE a.account_key = turn.account_key AND (SELECT is_plain FROM verdict) AND ${COMMIT_SOON}
)
SELECT (SELECT is_plain FROM verdict) AS "isPlain", c.id, coalesce(c.copy_of, c.id) AS "contentId", c.tenant_id AS "tenantId", c.mailbox_id AS "mailboxId", c.queue_id AS "queueId",
  c.is_test AS "isTest", c.size_bytes AS "sizeBytes", c.mail_from AS "mailFrom", c.recipients, c.message_id_header AS "messageIdHeader", c.accepted_at AS "acceptedAt", c.fence,
  c.attempt_count AS "attemptNumber", false AS "isRepeat", c.key_sealed AS "keySealed", c.spool_object AS "spoolObject",
  c.spool_offset AS "spoolOffset", c.spool_length AS "spoolLength", c.device_id AS "deviceId", d.name AS "deviceName",
  d.subject_prefix AS "subjectPrefix", d.time_zone AS "timeZone", d.charset, coalesce(d.smaller_pictures, false) AS "smallerPictures",
  CASE WHEN d.sender_id IS NOT NULL THEN (
    SELECT jsonb_build_object('id', s.id, 'address', s.address, 'kind', s.kind) FROM mailbox_senders s
    WHERE s.id = d.sender_id AND s.mailbox_id = c.mailbox_id AND s.tenant_id = c.tenant_id AND s.state = 'works') END AS sender,
  0 AS deferrals, 0 AS doubts, 0 AS abandons, 0::float8 AS "ageMs",
  1 AS "partNumber", '{}'::smallint[] AS places, NULL AS slice, NULL AS results
FROM turn LEFT JOIN claimed c ON true LEFT JOIN devices d ON d.id = c.device_id
ORDER BY c.priority, c.place, c.seq`;
