import { ARRIVALS, type MessageEventKind, moveOf, statesBefore, statesOfContent, WAITING_STATES } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { WAKE_READERS } from '../outbox/read-outbox.ts';
import { isUnconfirmed, quoted } from '../system/worker/message-conditions.ts';
import { unseenSince } from '../system/worker/unseen-time.ts';
import { PART_RANK } from './part-rank.ts';
import { tellMoves } from './tell-moves.ts';

/** An owner who is on holiday for a week still gets asked; after that nobody misses the mail. */
const ANSWER_WITHIN = `interval '7 days'`;
/**
 * In which a message may be while the owner's word about some of its recipients is applied. Not while it is sent, nor in doubt: an outcome of the other part that is
 * being written has looked at all parts before it waits for the message's row. Its turn comes as soon as that is over.
 */
const RESTING = quoted([
  ...WAITING_STATES.filter((state) => state !== 'in_doubt'),
  ...statesBefore('recipients_allowed'),
]);
/** What each word does to the part. */
const EVENTS = {
  allowed: 'recipients_allowed',
  refused: 'recipients_refused',
  unanswered: 'recipients_unanswered',
} as const satisfies Record<string, MessageEventKind>;
const WORDS = Object.keys(EVENTS) as (keyof typeof EVENTS)[];

const { arrived: QUEUED, arrived_unconfirmed: UNCONFIRMED, arrived_without_mailbox: HELD } = ARRIVALS;
const DESTROYED = quoted(statesOfContent('destroyed'));
const BAD_ENDS = quoted(statesOfContent('for_a_while'));
const MS = `interval '1 millisecond'`;

/** SQL: the owner's word about each place that waits in the messages `m` that a condition finds; null where he has said nothing yet. */
const wordsOf = (where: string): string => `
  SELECT m.id, m.tenant_id, m.account_key, p.number, r.place,
    CASE WHEN lower(m.recipients[r.place]) = ANY (d.learnt_recipients) THEN 'allowed'
      WHEN lower(m.recipients[r.place]) = ANY (d.refused_recipients) THEN 'refused'
      WHEN m.ingested_at < now() - ${ANSWER_WITHIN} AND m.ingested_at < now() - ${ANSWER_WITHIN} - ${unseenSince('m.ingested_at')} THEN 'unanswered' END AS word
  FROM parts p JOIN messages m ON m.id = p.message_id
  LEFT JOIN devices d ON d.id = m.device_id
  CROSS JOIN LATERAL unnest(p.places) AS r (place)
  WHERE p.state_code = '${UNCONFIRMED.code}' AND ${isUnconfirmed('p')} AND m.state::text IN (${RESTING}) AND ${where}`;

const LOCK = `
  SELECT m.id FROM messages m
  WHERE m.id IN (SELECT w.id FROM (${wordsOf('true')}) AS w WHERE w.word IS NOT NULL LIMIT $1) AND m.state::text IN (${RESTING})
  ORDER BY m.id FOR UPDATE SKIP LOCKED`;

const byWord = (value: (event: MessageEventKind) => string): string =>
  `CASE g.word ${WORDS.map((word) => `WHEN '${word}' THEN ${value(EVENTS[word])}`).join(' ')} END`;

const APPLY = `
WITH word AS (${wordsOf('m.id = ANY ($1::uuid[])')}
), grouped AS MATERIALIZED (
  -- The part goes on as the first of its groups; those of another word become parts of their own.
  SELECT w.id, w.tenant_id, w.number, w.word, w.account_key IS NULL AS is_homeless, array_agg(w.place ORDER BY w.place) AS places,
    row_number() OVER (PARTITION BY w.id, w.number ORDER BY w.word NULLS FIRST) AS rank
  FROM word w GROUP BY w.id, w.tenant_id, w.number, w.word, w.account_key
), part AS MATERIALIZED (
  SELECT g.id, g.tenant_id, g.number AS was_number, g.rank, g.word, g.places,
    CASE WHEN g.rank = 1 THEN g.number::int
      ELSE (SELECT max(o.number) FROM parts o WHERE o.message_id = g.id)::int + (row_number() OVER (PARTITION BY g.id, g.rank > 1 ORDER BY g.number, g.rank))::int END AS number,
    CASE WHEN g.word IS NULL THEN '${UNCONFIRMED.state}' WHEN g.word = 'allowed' AND g.is_homeless THEN '${HELD.state}'
      ELSE ${byWord((event) => `'${moveOf(event).to}'`)} END AS state,
    CASE WHEN g.word IS NULL THEN '${UNCONFIRMED.code}' WHEN g.word = 'allowed' THEN CASE WHEN g.is_homeless THEN '${HELD.code}' END
      ELSE 'recipient.' || g.word END AS code
  FROM grouped g
), changed AS (
  UPDATE parts p SET state = n.state::message_state, state_code = n.code, due_at = CASE WHEN n.state = '${QUEUED.state}' THEN now() END, places = n.places
  FROM part n WHERE n.rank = 1 AND p.message_id = n.id AND p.number = n.was_number
), added AS (
  INSERT INTO parts (message_id, number, tenant_id, state, state_code, due_at, places)
  SELECT id, number, tenant_id, state::message_state, code, CASE WHEN state = '${QUEUED.state}' THEN now() END, places FROM part WHERE rank > 1
), whole AS MATERIALIZED (
  SELECT x.id, (array_agg(x.state ORDER BY ${PART_RANK}))[1] AS state, (array_agg(x.code ORDER BY ${PART_RANK}))[1] AS code, min(x.due_at) AS due_at
  FROM (
    SELECT n.id, n.state, n.code, CASE WHEN n.state = '${QUEUED.state}' THEN now() END AS due_at FROM part n
    UNION ALL
    SELECT p.message_id, p.state::text, p.state_code, CASE WHEN p.state::text IN (${quoted(WAITING_STATES)}) THEN coalesce(p.due_at, now()) END
    FROM parts p WHERE p.message_id IN (SELECT id FROM part) AND NOT EXISTS (SELECT FROM part n WHERE n.id = p.message_id AND n.was_number = p.number)
  ) x GROUP BY x.id
), moved AS (
  UPDATE messages m SET state = w.state::message_state, state_code = w.code, due_at = w.due_at,
    sent_at = CASE WHEN w.state = '${moveOf('accepted').to}' THEN now() END,
    content_until = CASE WHEN w.state IN (${BAD_ENDS}) THEN now() + $2::float8 * ${MS} END,
    key_sealed = CASE WHEN w.state IN (${DESTROYED}) THEN NULL ELSE m.key_sealed END,
    content_destroyed_at = CASE WHEN w.state IN (${DESTROYED}) THEN now() END
  FROM whole w WHERE m.id = w.id
  RETURNING m.id, m.tenant_id, m.device_id, m.mailbox_id, m.account_key, old.state::text AS was, m.state::text AS state, m.state_code
), story AS (
  INSERT INTO message_events (message_id, tenant_id, kind, data)
  SELECT g.id, g.tenant_id, ${byWord((event) => `'${moveOf(event).story}'`)}, jsonb_build_object('count', cardinality(g.places))
  FROM grouped g WHERE g.word IS NOT NULL
), told AS (${tellMoves('moved WHERE was <> state')}
)
SELECT account_key AS "accountKey", state FROM moved`;

/**
 * Applies what owners said, by now, of recipients that wait for their word, to at most `limit` messages: mail to those allowed waits to be sent, mail to those refused is
 * left out, and after seven days without a word it expires, its content kept for `contentForMs` more. Each message becomes what all of its parts are.
 * How many, and the accounts with mail due by it. One that somebody is busy with is passed over until the next time.
 */
export async function applyOwnersWords(
  database: Database,
  limit: number,
  contentForMs: number,
): Promise<{ count: number; accounts: string[] }> {
  return database.transaction(async (client) => {
    // In a statement of its own: what the parts are is read only when nobody else can change it.
    const { rows: locked } = await client.query<{ id: string }>({ name: 'sweep-words', text: LOCK, values: [limit] });
    if (locked.length === 0) return { count: 0, accounts: [] };
    const { rows } = await client.query<{ accountKey: string | null; state: string }>(APPLY, [
      locked.map(({ id }) => id),
      contentForMs,
    ]);
    await client.query(WAKE_READERS);
    const due = rows.flatMap(({ accountKey, state }) =>
      state === QUEUED.state && accountKey !== null ? [accountKey] : [],
    );
    return { count: rows.length, accounts: [...new Set(due)] };
  });
}
