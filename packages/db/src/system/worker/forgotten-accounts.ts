import type { Database } from '../../database.ts';
import { ACCOUNTS_DUE, isWaiting } from './message-conditions.ts';

const MS = `interval '1 millisecond'`;

/**
 * Accounts with mail due for `afterMs` of which none was claimed meanwhile, and nobody's turn and no provider's throttle on them: a backlog that leaves at its account's pace is not forgotten, unless its last turn never ended. `isStuck` when nothing of
 * the account was claimed for four times as long either: then the queue's store may have lost its turn.
 */
export async function findForgottenAccounts(
  database: Database,
  afterMs: number,
  limit: number,
): Promise<{ accountKey: string; isStuck: boolean }[]> {
  return database.prepared(
    'sweep-forgotten',
    `WITH RECURSIVE ${ACCOUNTS_DUE}
     SELECT k.account_key AS "accountKey", due.since < now() - $1::float8 * 4 * ${MS}
         AND coalesce(a.bucket_at < now() - $1::float8 * 4 * ${MS}, true) AS "isStuck"
     FROM accounts k
     CROSS JOIN LATERAL (
       SELECT min(m.due_at) AS since FROM messages m WHERE m.account_key = k.account_key AND ${isWaiting('m')}
     ) due
     LEFT JOIN upstream_accounts a ON a.account_key = k.account_key
     WHERE k.account_key IS NOT NULL AND due.since <= now() - $1::float8 * ${MS}
       AND (a.turn_until IS NOT NULL OR coalesce(a.bucket_at <= now() - $1::float8 * ${MS}, true))
       AND (a.turn_until IS NULL OR a.turn_until <= now()) AND (a.not_before IS NULL OR a.not_before <= now())
     LIMIT $2`,
    [afterMs, limit],
  );
}
