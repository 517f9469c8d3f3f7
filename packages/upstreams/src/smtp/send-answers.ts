import type { ErrorCode, RecipientVerdict, SendResult } from '@hikyaku/core';
import { ERROR_TABLE } from '@hikyaku/core';
import { providerText } from '../sending/provider-text.ts';
import { toResult, type Verdict, WAIT_MS } from '../sending/verdict.ts';
import type { SmtpFailure, SmtpStep } from './smtp-failure.ts';

interface Row {
  steps?: SmtpStep[];
  /** Of `550 5.7.1`: the code, a blank, the enhanced code where there is one. */
  codes: RegExp;
  /** In the reply's words. */
  words?: RegExp;
  verdict: Verdict;
}

const perMinute = (code: ErrorCode): Verdict => ({ code, scope: 'account', waitMs: WAIT_MS.minute });
const DAILY: Verdict = { code: 'upstream.daily_limit', scope: 'account', waitMs: WAIT_MS.daily };

/** Replies and what they mean; the first row that fits counts. */
const ROWS: Row[] = [
  // Sending limits, wherever they are told. Gmail: 550 5.4.5, 452 4.5.3 is its recipients' limit.
  { codes: /^(550|454|452|421) [45]\.4\.5$/, verdict: DAILY },
  {
    codes: /^[45]/,
    words:
      /daily (user )?sending (limit|quota)|(sending|submission) (limit|quota) (was )?exceeded|SubmissionQuotaExceeded|too many (mails|messages|emails) (per|in) (a )?day/i,
    verdict: DAILY,
  },
  // Microsoft: three connections at once; four mails a second and so on.
  { codes: /^432/, verdict: perMinute('upstream.throttled') },
  { codes: /^421 4\.7\.66$/, verdict: { code: 'smtp.tls_failed', scope: 'account' } },
  { codes: /^421 4\.[57]/, verdict: perMinute('upstream.throttled') },
  { codes: /^421/, verdict: perMinute('upstream.unavailable') },
  // Signing in with a password is switched off for the organization.
  { codes: /^535 5\.7\.139$|^550 5\.7\.30$/, verdict: { code: 'upstream.admin_blocked' } },
  {
    steps: ['login'],
    codes: /^5/,
    words: /suspended|account (is )?(locked|disabled|blocked)/i,
    verdict: { code: 'upstream.account_blocked' },
  },
  { steps: ['login'], codes: /^534|^53\d 5\.7\.9$/, verdict: { code: 'smtp.app_password' } },
  {
    steps: ['login'],
    codes: /^5/,
    words: /app(lication)?[- ]?(specific )?password/i,
    verdict: { code: 'smtp.app_password' },
  },
  { steps: ['login'], codes: /^5/, verdict: { code: 'smtp.login_refused' } },
  { steps: ['login'], codes: /^4/, verdict: perMinute('upstream.unavailable') },
  { codes: /^530/, words: /starttls/i, verdict: { code: 'smtp.tls_missing' } },
  { codes: /^530/, verdict: { code: 'smtp.login_refused' } },
  // The size of the mail, not the fullness of somebody's mailbox (552 5.2.2).
  { codes: /^55\d 5\.(3\.4|2\.3)$|^552$/, verdict: { code: 'upstream.too_large' } },
  {
    steps: ['mail', 'rcpt', 'data'],
    codes: /^55/,
    words:
      /sender address rejected|not owned by|(sender|address) (is )?not (allowed|verified|authorized)|not allowed to send as|SendAsDenied/i,
    verdict: { code: 'smtp.sender_refused' },
  },
  { steps: ['mail'], codes: /^5(50|53|54) 5\.(1\.[78]|7)|^553/, verdict: { code: 'smtp.sender_refused' } },
  { steps: ['connect', 'tls'], codes: /^[45]/, verdict: perMinute('upstream.unavailable') },
  { codes: /^4/, verdict: { code: 'upstream.throttled' } },
  { codes: /^5/, verdict: { code: 'upstream.rejected' } },
];

/** `550-5.7.1 words` → code, enhanced code (or ''), words. A server that speaks nonsense has said 0. */
function readReply(response: string): { status: number; codes: string; words: string } {
  const [, code = '0', enhanced = '', words = ''] =
    /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3}))?[ -]?(.*)$/s.exec(response) ?? [];
  return { status: Number(code), codes: enhanced ? `${code} ${enhanced}` : code, words: words || response };
}

/** What a refusing reply means at a step. */
export function verdictOfReply(response: string, step: SmtpStep): Verdict & { status: number } {
  const { status, codes, words } = readReply(response);
  const row = ROWS.find(
    (each) =>
      (!each.steps || each.steps.includes(step)) && each.codes.test(codes) && (!each.words || each.words.test(words)),
  );
  return { ...(row?.verdict ?? { code: 'upstream.unavailable' }), status };
}

/** What was said of one refused recipient. A mailbox that is full here is the recipient's, not ours. */
export function recipientVerdict(refusal: { recipient: string; response: string }): RecipientVerdict {
  const { code, status } = verdictOfReply(refusal.response, 'rcpt');
  const text = providerText(refusal.response);
  const outcome = ERROR_TABLE[code].job === 'retry' ? 'deferred' : 'rejected';
  return { recipient: refusal.recipient, outcome, code, status, ...(text ? { text } : {}) };
}

/** Node's and OpenSSL's names of what a certificate lacks. */
const CERTIFICATE = /CERT|SELF_SIGNED|VERIFY|ISSUER/;

const BY_REASON: Record<string, Verdict> = {
  ENOTLS: { code: 'smtp.tls_missing' },
  EMESSAGE: { code: 'upstream.too_large' },
};

/** What a failure means that came without a reply, before the end mark. */
function verdictOfSilence(failure: SmtpFailure): Verdict {
  const known = BY_REASON[failure.reason];
  if (known) return known;
  if (CERTIFICATE.test(failure.reason)) return { code: 'smtp.certificate', scope: 'account', waitMs: WAIT_MS.operator };
  if (failure.step === 'tls') return perMinute('smtp.tls_failed');
  return failure.step === 'connect' ? perMinute('upstream.unavailable') : { code: 'upstream.unavailable' };
}

/** The one verdict of a failure, for the test of a new connection as for a send. */
export function verdictOfFailure(failure: SmtpFailure): Verdict & { status?: number; text: string } {
  const { step, response, refused } = failure;
  const replies = refused.length ? refused.map((each) => each.response) : response ? [response] : [];
  const verdicts = replies.map((reply) => ({ ...verdictOfReply(reply, refused.length ? 'rcpt' : step), text: reply }));
  // Nobody was taken: one who may be taken later keeps the mail.
  const first = verdicts.find(({ code }) => ERROR_TABLE[code].job === 'retry') ?? verdicts[0];
  return first ?? { ...verdictOfSilence(failure), text: `${step}: ${failure.reason}` };
}

/** The result of a send that ended in a failure. `isCommitted`: the end mark may have left. */
export function toSendResult(failure: SmtpFailure, isCommitted: boolean): SendResult {
  if (isCommitted && !failure.response) return toResult({ code: 'upstream.in_doubt' }, { text: failure.reason });
  const { status, text, ...verdict } = verdictOfFailure(failure);
  return toResult(verdict, { text, ...(status ? { status } : {}) });
}
