import { ERROR_TABLE, type ErrorCode, type SendResult } from '@hikyaku/core';
import { type HttpAnswer, readJson } from '../http/http-call.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { toResult, type Verdict, WAIT_MS } from '../sending/verdict.ts';
import { THROTTLED, TOKEN_REFUSED, verdictByStatus } from '../sending/verdict-by-status.ts';
import type { GraphErrorBody } from './api-types.ts';
import { readClaimsChallenge } from './claims-challenge.ts';

const hold = (code: ErrorCode): Verdict => ({ code });
const quota = (waitMs: number): Verdict => ({ code: 'upstream.daily_limit', scope: 'account', waitMs });

/**
 * `error.code` of Graph → what it means, whatever the status beside it: reports disagree on some of them (facts 2.1). The refusals of consumer
 * accounts are Exchange's and OWA's own names; through Graph their status is not attested (facts, corrections).
 */
const BY_CODE = new Map<string, Verdict>(
  Object.entries({
    ErrorInvalidRecipients: { code: 'upstream.rejected' },
    ErrorMimeContentInvalidBase64String: { code: 'upstream.rejected' },
    ErrorInvalidParameter: { code: 'upstream.rejected' },
    UnableToDeserializePostBody: { code: 'upstream.rejected' },
    ErrorMessageSizeExceeded: { code: 'upstream.too_large' },
    // From is the mailbox's own address in every mail of ours, or a sender that the worker falls back from: whoever is refused one of the first is refused all.
    ErrorSendAsDenied: hold('upstream.sender_refused'),
    ErrorAccessDenied: hold('upstream.scope_missing'),
    MailboxNotEnabledForRESTAPI: hold('upstream.no_mailbox'),
    // Of `/users/{address}`: nobody of that address there.
    ErrorInvalidUser: hold('upstream.no_mailbox'),
    ErrorQuotaExceeded: hold('upstream.mailbox_full'),
    InvalidAuthenticationToken: TOKEN_REFUSED,
    // Until the owner verifies the account, as a mail in its inbox says.
    ErrorMessageSubmissionBlocked: hold('upstream.account_blocked'),
    ErrorMessageBlocked: hold('upstream.account_blocked'),
    ErrorAccountSuspend: hold('upstream.account_blocked'),
    ErrorAccountSuspendShowTierUpgrade: hold('upstream.account_blocked'),
    ErrorExceededMessageLimitShowTierUpgrade: hold('upstream.account_blocked'),
    ErrorExceededMaxRecipientLimitBlock: hold('upstream.account_blocked'),
    ErrorExceededMaxRecipientLimitShowTierUpgrade: hold('upstream.account_blocked'),
    // Windows that slide.
    ErrorExceededMessageLimit: quota(WAIT_MS.daily),
    ErrorExceededMaxRecipientLimit: quota(WAIT_MS.daily),
    ErrorSubmissionQuotaExceeded: quota(WAIT_MS.daily),
    ErrorExceededHourlyMessageLimit: quota(WAIT_MS.hourly),
    ErrorMessageThrottled: THROTTLED,
    ApplicationThrottled: THROTTLED,
    TooManyRequests: THROTTLED,
    activityLimitReached: THROTTLED,
  } satisfies Record<string, Verdict>),
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
  const verdict =
    readClaimsChallenge(answer) === undefined ? verdictOf(status, code, retryAfterMs !== undefined) : TOKEN_REFUSED;
  return toResult(verdict, { status, text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

function verdictOf(status: number, code: string, hasRetryAfter: boolean): Verdict {
  if (status >= 200 && status < 300) return { code: 'upstream.too_large' };
  // A busy server's 5xx may name a throttle and have taken the mail all the same: there the status decides.
  const known = BY_CODE.get(code);
  if (known && (status < 500 || ERROR_TABLE[known.code].job !== 'retry')) return known;
  // With a time given, the whole account waits for it (facts 3: Graph goes on counting while it throttles).
  if (status === 503 && hasRetryAfter) return { code: 'upstream.throttled', scope: 'account' };
  return OF_GRAPH[status] ?? verdictByStatus(status, code !== '');
}
