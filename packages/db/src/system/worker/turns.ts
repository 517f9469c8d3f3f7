import type { DayLimit, DayUse } from '@hikyaku/core';
import type { Database } from '../../database.ts';
import { DEVICES_DUE } from '../../message-writer/devices-due.ts';
import { dayUse } from './account-day.ts';
import { isDue, isWaiting } from './message-conditions.ts';

/** What a worker looks at before it takes a turn. Times in milliseconds from now, by Postgres's clock. */
export interface AccountView {
  mailboxes: AccountMailbox[];
  /** Until the earliest mail that waits is due, 0 when it is; null when none waits. */
  dueInMs: number | null;
  /** Left of the provider's throttle on the account; 0 without one. */
  restMs: number;
  /** What it sent in its rolling day. */
  day: DayUse;
}

export interface AccountMailbox {
  id: string;
  tenantId: string;
  provider: 'microsoft' | 'google' | 'smtp';
  environment: 'live' | 'sandbox';
  address: string;
  displayName: string | null;
  state: 'active' | 'needs_reconnect' | 'disabled';
  isDeleted: boolean;
  secretSealed: Buffer | null;
  secretVersion: number;
}

/** The token bucket of an account: `burst` sends at once, refilled at `perMinute`. And its day; null: unlimited. */
export interface Allowance {
  burst: number;
  perMinute: number;
  day: DayLimit | null;
}

const MS = `interval '1 millisecond'`;

/**
 * SQL, true: this statement's commit is not waited for until it is on the disk. For what only says who works on something: a Postgres that crashes may forget it, and
 * then it was never so. Whatever is committed behind it in the usual way takes it along to the disk: the mark before the first byte does so with the claim.
 */
export const COMMIT_SOON = `set_config('synchronous_commit', 'off', true) IS NOT NULL`;

// The first due mail found is answer enough: in a backlog the earliest of all would be looked for among thousands.
const DUE_IN = `CASE
         WHEN EXISTS (SELECT FROM messages m WHERE m.account_key = $1 AND ${isDue('m')}) THEN 0
         ELSE (SELECT greatest(0, extract(epoch FROM min(m.due_at) - now()) * 1000)::float8
               FROM messages m WHERE m.account_key = $1 AND ${isWaiting('m')}
               -- greatest() passes over a null: without this, an account with nothing to do would have turns for ever.
               HAVING min(m.due_at) IS NOT NULL) END`;

/** One look at an account, without taking anything. */
export async function viewAccount(database: Database, accountKey: string): Promise<AccountView> {
  const rows = await database.prepared<AccountView>(
    'worker-view',
    `SELECT
       coalesce((
         SELECT jsonb_agg(jsonb_build_object('id', b.id, 'tenantId', b.tenant_id, 'provider', b.provider, 'environment', b.environment,
           'address', b.address, 'displayName', b.display_name, 'state', b.state, 'isDeleted', b.deleted_at IS NOT NULL,
           'secretSealed', encode(b.secret_sealed, 'base64'), 'secretVersion', b.secret_version))
         FROM mailboxes b WHERE b.account_key = $1
       ), '[]') AS mailboxes,
       ${DUE_IN} AS "dueInMs",
       coalesce((SELECT greatest(0, extract(epoch FROM a.not_before - now()) * 1000)::float8
        FROM upstream_accounts a WHERE a.account_key = $1), 0) AS "restMs",
       (SELECT ${dayUse('a')} FROM (SELECT $1::text AS account_key) AS k LEFT JOIN upstream_accounts a USING (account_key)) AS day`,
    [accountKey],
  );
  const view = rows[0]!;
  const mailboxes = view.mailboxes.map((mailbox) => ({
    ...mailbox,
    secretSealed: mailbox.secretSealed === null ? null : Buffer.from(String(mailbox.secretSealed), 'base64'),
  }));
  return { ...view, mailboxes };
}

/** True when a test or a first mail after quiet is due. One look for each device with mail. */
export async function hasUrgentMail(database: Database, accountKey: string): Promise<boolean> {
  const urgent = (device: string): string =>
    `(SELECT FROM messages m WHERE m.account_key = $1 AND m.device_id ${device} AND m.priority < 2 AND ${isDue('m')})`;
  const rows = await database.query<{ isThere: boolean }>(
    `WITH RECURSIVE ${DEVICES_DUE}
     SELECT EXISTS (SELECT FROM devices_due d WHERE EXISTS ${urgent('= d.device_id')}) OR EXISTS ${urgent('IS NULL')} AS "isThere"`,
    [accountKey],
  );
  return rows[0]!.isThere;
}

export interface TakenTurn {
  token: number;
  /** The turn before was never ended, so that claims of it may be left. */
  isTakenOver: boolean;
  /** Devices that had their mail in the round that the turn before left unfinished; null: mail of no device. */
  roundDevices: (string | null)[];
}

/**
 * Takes the account for `leaseMs`; one worker has it at a time. Answers how long somebody else's lease runs when it is taken.
 */
export async function takeTurn(
  database: Database,
  accountKey: string,
  leaseMs: number,
): Promise<TakenTurn | { busyForMs: number }> {
  const taken = await database.prepared<TakenTurn>(
    'worker-take-turn',
    `WITH before AS (
       SELECT turn_until FROM upstream_accounts WHERE account_key = $1
     ), taken AS (
       INSERT INTO upstream_accounts AS a (account_key, turn_token, turn_until) VALUES ($1, 1, now() + $2 * ${MS})
       ON CONFLICT (account_key) DO UPDATE SET turn_token = a.turn_token + 1, turn_until = now() + $2 * ${MS}
         WHERE a.turn_until IS NULL OR a.turn_until <= now()
       RETURNING turn_token, round_devices, ${COMMIT_SOON}
     )
     SELECT turn_token AS token, coalesce((SELECT turn_until IS NOT NULL FROM before), false) AS "isTakenOver", round_devices AS "roundDevices" FROM taken`,
    [accountKey, leaseMs],
  );
  if (taken[0]) return taken[0];
  const busy = await database.query<{ ms: number | null }>(
    `SELECT greatest(0, extract(epoch FROM turn_until - now()) * 1000)::float8 AS ms FROM upstream_accounts WHERE account_key = $1`,
    [accountKey],
  );
  return { busyForMs: busy[0]?.ms ?? 0 };
}

/** False when the turn is not ours any more. A renewal that arrives behind the end of its turn must not lock the account anew: it has ended. */
export async function renewTurn(
  database: Database,
  accountKey: string,
  token: number,
  leaseMs: number,
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE upstream_accounts SET turn_until = now() + $3 * ${MS}
     WHERE account_key = $1 AND turn_token = $2 AND turn_until IS NOT NULL RETURNING ${COMMIT_SOON} AS kept`,
    [accountKey, token, leaseMs],
  );
  return rows.length === 1;
}

/** What is left when a turn ends. */
export interface TurnRest {
  /** False: the turn is still ours and goes on, as it asked for; or it was not ours any more. */
  isEnded: boolean;
  /** As in `AccountView`. */
  dueInMs: number | null;
  restMs: number;
  /** Mails due by now, counted up to `countTo`. */
  dueCount: number;
  /** Sends that the bucket allows now; fractions fill up. */
  tokens: number;
}

/**
 * Gives the account back, if it is still ours, and tells what is left to do. With `mayGoOn` it is kept where mail is due that may leave now:
 * what came during the turn needs no turn of its own.
 */
export async function endTurn(
  database: Database,
  turn: {
    accountKey: string;
    token: number;
    allowance: Allowance;
    countTo: number;
    mayGoOn: boolean;
    /** Kept for the next turn while mail is due. */
    roundDevices: (string | null)[];
  },
): Promise<TurnRest> {
  const rows = await database.prepared<TurnRest>(
    'worker-end-turn',
    `WITH rest AS MATERIALIZED (
       SELECT
         ${DUE_IN} AS "dueInMs",
         (SELECT count(*)::int FROM (
            SELECT FROM messages m WHERE m.account_key = $1 AND ${isDue('m')} LIMIT $3) AS due) AS "dueCount",
         greatest(0, coalesce(extract(epoch FROM a.not_before - now()) * 1000, 0))::float8 AS "restMs",
         ${tokensNow('$4', '$5')} AS tokens
       FROM upstream_accounts a WHERE a.account_key = $1
     ), ended AS (
       UPDATE upstream_accounts a SET turn_until = NULL, round_devices = CASE WHEN rest."dueCount" > 0 THEN $7::uuid[] ELSE '{}' END FROM rest
       WHERE a.account_key = $1 AND a.turn_token = $2 AND ${COMMIT_SOON}
         AND NOT ($6::boolean AND rest."dueCount" > 0 AND rest."restMs" = 0 AND rest.tokens >= 1)
       RETURNING 1
     )
     SELECT rest.*, EXISTS (SELECT FROM ended) AS "isEnded" FROM rest`,
    [
      ...[turn.accountKey, turn.token, turn.countTo, turn.allowance.burst, turn.allowance.perMinute, turn.mayGoOn],
      turn.roundDevices,
    ],
  );
  return rows[0] ?? { isEnded: true, dueInMs: null, restMs: 0, dueCount: 0, tokens: 0 };
}

/** SQL: the tokens of bucket `a` as of now; a bucket never used is full. */
export const tokensNow = (burst: string, perMinute: string): string =>
  `least(${burst}::float8, coalesce(a.bucket_tokens, ${burst}::float8)
     + greatest(0, coalesce(extract(epoch FROM now() - a.bucket_at), 0))::float8 * ${perMinute}::float8 / 60)`;
