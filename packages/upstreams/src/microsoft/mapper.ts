import type { SendResult } from '@hikyaku/core';
import { type HttpAnswer, readJson } from '../http/http-call.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { toResult, type Verdict, WAIT_MS } from '../sending/verdict.ts';
import { THROTTLED, verdictByStatus } from '../sending/verdict-by-status.ts';
import type { GraphErrorBody } from './api-types.ts';

/** `error.code` of Graph → what it means, whatever the status beside it: reports disagree on some of them (facts 2.1). */
const BY_CODE = new Map<string, Verdict>(
  Object.entries({
    ErrorInvalidRecipients: { code: 'upstream.rejected' },
    ErrorMimeContentInvalidBase64String: { code: 'upstream.rejected' },
    ErrorSendAsDenied: { code: 'upstream.rejected' },
    ErrorMessageSizeExceeded: { code: 'upstream.too_large' },
    ErrorAccessDenied: { code: 'upstream.scope_missing' },
    ErrorMessageSubmissionBlocked: { code: 'upstream.account_blocked' },
    ErrorExceededMessageLimit: { code: 'upstream.daily_limit', scope: 'account', waitMs: WAIT_MS.daily },
    ErrorQuotaExceeded: { code: 'upstream.mailbox_full' },
    MailboxNotEnabledForRESTAPI: { code: 'upstream.no_mailbox' },
    InvalidAuthenticationToken: { code: 'upstream.auth_lost' },
  }),
);

/** Statuses that Graph documents beside the common ones. */
const OF_GRAPH: Record<number, Verdict> = { 507: { code: 'upstream.mailbox_full' }, 509: THROTTLED };

/** The answer of sendMail as a result. Only 202 is acceptance; another 2xx was reported for mails over the size that went nowhere. */
export function toSendResult(answer: HttpAnswer, now: number): SendResult {
  const { status, headers } = answer;
  if (status === 202) {
    const providerId = headers['request-id'];
    return { outcome: 'accepted', status, ...(providerId ? { providerId } : {}) };
  }
  const { error } = (readJson(answer.text) ?? {}) as GraphErrorBody;
  const code = typeof error?.code === 'string' ? error.code : '';
  const message = typeof error?.message === 'string' ? error.message : '';
  const retryAfterMs = readRetryAfter(headers['retry-after'], now);
  const text = [code, message].filter(Boolean).join(': ');
  return toResult(verdictOf(status, code, retryAfterMs !== undefined), {
    status,
    text,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function verdictOf(status: number, code: string, hasRetryAfter: boolean): Verdict {
  if (status >= 200 && status < 300) return { code: 'upstream.too_large' };
  const known = BY_CODE.get(code);
  if (known) return known;
  // With a time given, the whole account waits for it (facts 3: Graph goes on counting while it throttles).
  if (status === 503 && hasRetryAfter) return { code: 'upstream.throttled', scope: 'account' };
  return OF_GRAPH[status] ?? verdictByStatus(status);
}
