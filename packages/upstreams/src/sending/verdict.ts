import { ERROR_TABLE, type ErrorCode, type FailedSend } from '@hikyaku/core';
import { providerText } from './provider-text.ts';

/** What a provider's answer means, in core's words. */
export interface Verdict {
  code: ErrorCode;
  /** `account`: every mail of the account would meet the same. Default: `message`. */
  scope?: 'account';
  /** When to come again, where the provider does not say. */
  waitMs?: number;
}

/** The result that a verdict stands for: the error table's outcome of its code decides, so that the two cannot disagree. */
export function toResult(
  verdict: Verdict,
  answer: { status?: number; text?: string; retryAfterMs?: number } = {},
): FailedSend {
  const { code } = verdict;
  const text = providerText(answer.text);
  const shared = { code, ...(answer.status === undefined ? {} : { status: answer.status }), ...(text ? { text } : {}) };
  const job = ERROR_TABLE[code].job;
  if (job === 'hold') return { outcome: 'auth_lost', ...shared };
  if (job === 'give_up') return { outcome: 'rejected', ...shared };
  if (code === 'upstream.in_doubt') return { outcome: 'in_doubt', ...shared };
  const retryAfterMs = answer.retryAfterMs ?? verdict.waitMs;
  const scope = verdict.scope ?? 'message';
  return { outcome: 'deferred', ...shared, scope, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The result for a mail that is not even tried. */
export function tooLarge(sizeBytes: number, maxSizeBytes: number): Extract<FailedSend, { outcome: 'rejected' }> {
  return {
    outcome: 'rejected',
    code: 'upstream.too_large',
    text: `${sizeBytes} of ${maxSizeBytes} bytes`,
    maxSizeBytes,
  };
}

/** Waits that the providers do not put into a header (facts 2.1, 2.2, 3). */
export const WAIT_MS = {
  /** A per-minute allowance. */
  minute: 60_000,
  hourly: 3_600_000,
  /** Something of ours that an operator must mend: looked at again every five minutes. */
  operator: 300_000,
  /** A daily limit, whose window slides. */
  daily: 4 * 3_600_000,
} as const;
