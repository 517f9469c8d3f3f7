import type { SendResult } from '@hikyaku/core';
import { readRetryAfter } from '../../http/retry-after.ts';
import { toResult, type Verdict, WAIT_MS } from '../../sending/verdict.ts';
import type { ChannelAnswer } from '../channel.ts';
import { secondsIn } from '../chats.ts';

const THROTTLED: Verdict = { code: 'upstream.throttled', scope: 'account', waitMs: WAIT_MS.minute };
/** The channel's other copies wait as well: each would take a turn for nothing. */
export const SLOW_BEFORE: Verdict = { code: 'upstream.unavailable', scope: 'account', waitMs: WAIT_MS.minute };

export const refused = (status: number | undefined): SendResult =>
  toResult({ code: 'upstream.channel_refused' }, status === undefined ? {} : { status });

/** A receiver that breaks, or hangs, would have each waiting copy in doubt: the others rest. */
export const inDoubt = (answer: { status?: number; text?: string }): SendResult => ({
  outcome: 'in_doubt',
  code: 'upstream.in_doubt',
  scope: 'account',
  ...answer,
});

export const unreached = (text: string): SendResult => toResult({ code: 'upstream.unavailable' }, { text });

/** What an answer means. Its words are not kept: whoever receives content may quote it. */
export function resultOf({ status, headers, text }: ChannelAnswer): SendResult {
  if (status >= 200 && status < 300) return { outcome: 'accepted', status };
  const retryAfterMs = readRetryAfter(headers['retry-after'], Date.now()) ?? secondsIn(text, 'retry_after') * 1000;
  const wait = { status, ...(retryAfterMs > 0 ? { retryAfterMs } : {}) };
  if (status === 429) return toResult({ ...THROTTLED }, wait);
  if (status === 503 || status === 408 || status === 425) return toResult({ code: 'upstream.unavailable' }, wait);
  // A redirect is not followed: the host that was checked is the host that is given the picture.
  return status >= 500 ? inDoubt({ status }) : refused(status);
}
