import { type Verdict, WAIT_MS } from './verdict.ts';

export const THROTTLED: Verdict = { code: 'upstream.throttled', scope: 'account', waitMs: WAIT_MS.minute };
const UNAVAILABLE: Verdict = { code: 'upstream.unavailable' };

/**
 * A token that was just renewed, refused: an incident of theirs. Only a refused refresh tells that a mailbox must be connected again, else two 401s
 * would close every mailbox there is.
 */
export const TOKEN_REFUSED: Verdict = { code: 'upstream.token_refused', scope: 'account', waitMs: WAIT_MS.minute };

/** What a status means where the answer names no reason that we know. 4xx: surely not sent. */
const BY_STATUS: Record<number, Verdict> = {
  400: { code: 'upstream.rejected' },
  401: TOKEN_REFUSED,
  411: { code: 'upstream.rejected' },
  413: { code: 'upstream.too_large' },
  415: { code: 'upstream.rejected' },
  422: { code: 'upstream.rejected' },
  429: THROTTLED,
  503: UNAVAILABLE,
};

/**
 * Other 5xx: the mail may have been taken. Anything else unknown is temporary. `isTheirs`: the answer is in the provider's own form. A gateway in
 * between (a proxy, their front) also says 400, and what it says is no judgement on a mail.
 */
export function verdictByStatus(status: number, isTheirs: boolean): Verdict {
  const verdict = BY_STATUS[status] ?? (status >= 500 ? { code: 'upstream.in_doubt' as const } : UNAVAILABLE);
  return verdict.code === 'upstream.rejected' && !isTheirs ? UNAVAILABLE : verdict;
}
