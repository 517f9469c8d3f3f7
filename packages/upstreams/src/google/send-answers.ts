import type { SendResult } from '@hikyaku/core';
import { type HttpAnswer, readJson } from '../http/http-call.ts';
import { boundWait, readRetryAfter } from '../http/retry-after.ts';
import { toResult, type Verdict, WAIT_MS } from '../sending/verdict.ts';
import { THROTTLED, TOKEN_REFUSED, verdictByStatus } from '../sending/verdict-by-status.ts';
import type { GmailSent, GoogleErrorBody } from './api-types.ts';

/** Of our own project, for all of its users: the operator's to mend, and every other account meets it by itself. */
const PROJECT_OFF: Verdict = { code: 'upstream.project_off', scope: 'account', waitMs: WAIT_MS.operator };
const PROJECT_LIMIT: Verdict = { code: 'upstream.project_limit', scope: 'account', waitMs: WAIT_MS.operator };
const SCOPE_MISSING: Verdict = { code: 'upstream.scope_missing' };

/** `reason` → what it means, together with 4xx only (facts 2.2). */
const BY_REASON = new Map<string, Verdict>(
  Object.entries({
    badRequest: { code: 'upstream.rejected' },
    invalidArgument: { code: 'upstream.rejected' },
    failedPrecondition: { code: 'upstream.no_mailbox' },
    authError: TOKEN_REFUSED,
    insufficientPermissions: SCOPE_MISSING,
    ACCESS_TOKEN_SCOPE_INSUFFICIENT: SCOPE_MISSING,
    domainPolicy: { code: 'upstream.admin_blocked' },
    accessNotConfigured: PROJECT_OFF,
    SERVICE_DISABLED: PROJECT_OFF,
    dailyLimitExceeded: PROJECT_LIMIT,
    rateLimitExceeded: THROTTLED,
    userRateLimitExceeded: THROTTLED,
    uploadTooLarge: { code: 'upstream.too_large' },
  }),
);

/** A wait that long is the daily limit, a shorter one the pace: the words are the same for both (facts 2.2). */
const DAILY_FROM_MS = 10 * 60_000;

/** The answer of `users.messages.send` as a result. */
export function toSendResult(answer: HttpAnswer, now: number): SendResult {
  const { status } = answer;
  const data = readJson(answer.text);
  if (status === 200) {
    const providerId = (data as GmailSent | null | undefined)?.id;
    return { outcome: 'accepted', status, ...(typeof providerId === 'string' ? { providerId } : {}) };
  }
  const { error } = (data ?? {}) as GoogleErrorBody;
  const reasons = [error?.errors, error?.details].flatMap(readReasons);
  const message = typeof error?.message === 'string' ? error.message : '';
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'], now) ?? readRetryTime(message, now);
  const isDaily = status === 429 && (retryAfterMs ?? 0) >= DAILY_FROM_MS;
  const verdict: Verdict = isDaily ? { code: 'upstream.daily_limit', scope: 'account' } : verdictOf(status, reasons);
  const text = [reasons[0], message].filter(Boolean).join(': ');
  return toResult(verdict, { status, text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** Answers may come from a gateway in between, in any shape. */
function readReasons(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((item: { reason?: unknown } | null) => item?.reason).filter((reason) => typeof reason === 'string');
}

function verdictOf(status: number, reasons: string[]): Verdict {
  if (status >= 400 && status < 500) {
    const known = reasons.map((reason) => BY_REASON.get(reason)).find(Boolean);
    if (known) return known;
  }
  // Another 2xx is not attested for a send: nobody knows whether it went.
  return status < 300 ? { code: 'upstream.in_doubt' } : verdictByStatus(status, reasons.length > 0);
}

/** "Retry after 2026-09-11T20:00:00.000Z" inside the message: the one place where Gmail says when (facts 2.2). */
function readRetryTime(message: string, now: number): number | undefined {
  const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/.exec(message)?.[0];
  return time === undefined || Number.isNaN(Date.parse(time)) ? undefined : boundWait(Date.parse(time) - now);
}
