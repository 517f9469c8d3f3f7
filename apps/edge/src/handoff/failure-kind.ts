import { RelayError } from '@hikyaku/core';

/**
 * What a failed batch means. `away`: Postgres, the spool's disk or a privilege is missing, and no entry is to blame: wait.
 * `entry`: one of the entries cannot be taken as it is: halve. `unknown`: halve, and try what is left over again a few times.
 */
export type FailureKind = 'away' | 'entry' | 'unknown';

/** Data exception, integrity violation, program limit: what an entry says, not how the server is. */
const ENTRY_STATES = /^(22|23|54)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'EIO', 'EACCES']);

export function failureKind(error: unknown): FailureKind {
  if (error instanceof RelayError) {
    if (error.code === 'spool.content_missing' || error.code === 'spool.content_damaged') return 'entry';
    return error.code.startsWith('bug.') ? 'unknown' : 'away';
  }
  const code = sqlStateOf(error);
  if (code) return ENTRY_STATES.test(code) ? 'entry' : 'away';
  return DISK_CODES.has(String((error as { code?: unknown } | null)?.code)) ? 'away' : 'unknown';
}

/** SQLSTATE of an error that the server itself reported: the transaction is rolled back for certain. */
export function sqlStateOf(error: unknown): string | null {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' && SQLSTATE.test(code) ? code : null;
}
