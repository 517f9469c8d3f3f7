import { type PassedOver, RelayError, type SendRequest, type SendResult } from '@hikyaku/core';
import { toResult, WAIT_MS } from '../../sending/verdict.ts';
import { openSmtpSession, type SmtpSession } from '../../smtp/client.ts';
import { deliver } from '../../smtp/deliver.ts';
import { verdictOfFailure } from '../../smtp/send-answers.ts';
import { SmtpFailure } from '../../smtp/smtp-failure.ts';
import type { MicrosoftSmtp } from '../config.ts';
import { smtpServerOf } from './smtp-server.ts';

/** Microsoft takes three lines of a mailbox at a time (facts 3); one is left for its owner. */
const MAX_LINES = 2;
/** Lines in use, by account; only those that are in use stand here. */
export type LinesInUse = Map<string, number>;

/** The answer to a token that is of no use, or of another name. */
const TOKEN_REFUSED = /^535 5\.7\.3\b/;
/** Signing in by SMTP is switched off, for the mailbox or its organization (facts 4). */
const SWITCHED_OFF = /^(?:535 5\.7\.139|550 5\.7\.30)\b/;

/**
 * A mail by Microsoft's own SMTP server, whole and with its envelope: the end mark of DATA is its commit point. What keeps the server from taking it is no word on the mail, since
 * there are further ways; only a server that is busy is waited for.
 * @throws what the marks and the mail's own bytes throw
 */
export async function sendBySmtp(
  smtp: MicrosoftSmtp,
  lines: LinesInUse,
  request: SendRequest,
  login: { username: string; accessToken: string },
): Promise<SendResult | 'token_refused' | PassedOver> {
  const { accountKey } = request.mailbox;
  const inUse = lines.get(accountKey) ?? 0;
  if (inUse >= MAX_LINES)
    return toResult(
      { code: 'upstream.throttled', waitMs: BUSY_MS },
      { text: 'other mails of this mailbox are on their way by SMTP' },
    );
  lines.set(accountKey, inUse + 1);
  try {
    const session = await signIn(smtp, request, login);
    if (!isSession(session)) return session;
    try {
      const delivery = await deliver(request, session);
      return delivery === 'stale' ? 'smtp_failed' : wordOf(delivery.result);
    } finally {
      session.close();
    }
  } finally {
    const left = lines.get(accountKey)! - 1;
    if (left > 0) lines.set(accountKey, left);
    else lines.delete(accountKey);
  }
}

/** A large mail takes some seconds. */
const BUSY_MS = 10_000;

async function signIn(
  smtp: MicrosoftSmtp,
  { mailbox, signal }: SendRequest,
  login: { username: string; accessToken: string },
): Promise<SmtpSession | SendResult | 'token_refused' | PassedOver> {
  try {
    return await openSmtpSession({ ...smtpServerOf(smtp, mailbox.accountKey), ...login }, smtp, signal);
  } catch (error) {
    if (signal.aborted) return toResult({ code: 'upstream.unavailable' }, { text: 'no time left' });
    // A host that cannot be reached: port 587 is closed from here, more often than Microsoft is away.
    if (error instanceof RelayError) return 'smtp_failed';
    if (!(error instanceof SmtpFailure)) throw error;
    const { response = '' } = error;
    if (TOKEN_REFUSED.test(response)) return 'token_refused';
    if (SWITCHED_OFF.test(response)) return 'smtp_off';
    return /^4/.test(response) ? busy(error) : 'smtp_failed';
  }
}

/** Of this mail alone: others of its account go another way. */
function busy(failure: SmtpFailure): SendResult {
  const { status, text } = verdictOfFailure(failure);
  return toResult({ code: 'upstream.throttled', waitMs: WAIT_MS.minute }, { text, ...(status ? { status } : {}) });
}

/** What stands of the server's word on a mail. Of a refused sender too Graph has its own, which the mail meets on its next way. */
function wordOf(result: SendResult): SendResult | PassedOver {
  if (result.outcome === 'accepted' || result.outcome === 'in_doubt') return result;
  return result.outcome === 'deferred' ? { ...result, scope: 'message' } : 'smtp_failed';
}

const isSession = (opened: SmtpSession | SendResult | string): opened is SmtpSession =>
  typeof opened === 'object' && 'isOpen' in opened;
