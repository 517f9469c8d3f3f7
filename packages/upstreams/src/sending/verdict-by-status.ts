import { type Verdict, WAIT_MS } from './verdict.ts';

export const THROTTLED: Verdict = { code: 'upstream.throttled', scope: 'account', waitMs: WAIT_MS.minute };
const UNAVAILABLE: Verdict = { code: 'upstream.unavailable' };

/** What a status means where the answer names no reason that we know. 4xx: surely not sent. */
const BY_STATUS: Record<number, Verdict> = {
  400: { code: 'upstream.rejected' },
  401: { code: 'upstream.auth_lost' },
  411: { code: 'upstream.rejected' },
  413: { code: 'upstream.too_large' },
  415: { code: 'upstream.rejected' },
  422: { code: 'upstream.rejected' },
  429: THROTTLED,
  503: UNAVAILABLE,
};

/** Other 5xx: the mail may have been taken. Anything else unknown is temporary. */
export function verdictByStatus(status: number): Verdict {
  return BY_STATUS[status] ?? (status >= 500 ? { code: 'upstream.in_doubt' } : UNAVAILABLE);
}
