import { type MailTransport, RelayError, type SendRequest, type SendResult } from '@hikyaku/core';
import { tooLarge, toResult, WAIT_MS } from '../sending/verdict.ts';
import { openSmtpSession, type SmtpSession } from './client.ts';
import { MAX_RECIPIENTS, MAX_SIZE_BYTES, type SmtpConfig } from './config.ts';
import { type Delivery, deliver } from './deliver.ts';
import { createIdleSessions } from './idle-sessions.ts';
import { createLoginStrikes } from './login-strikes.ts';
import { toSendResult } from './send-answers.ts';
import { readSecret } from './session.ts';
import { SmtpFailure } from './smtp-failure.ts';

export interface SmtpTransport extends MailTransport {
  close(): void;
}

/**
 * Sends through the owner's own account at an SMTP server, with the true envelope. Up to DATA's end mark a lost line is `deferred`, behind it
 * `in_doubt`.
 */
export function createSmtpTransport(config: SmtpConfig): SmtpTransport {
  const idle = createIdleSessions();
  const strikes = createLoginStrikes();

  const send = async (request: SendRequest): Promise<SendResult> => {
    const { mailbox, mail, signal } = request;
    if (mailbox.environment !== config.environment) return toResult({ code: 'upstream.environment' });
    if (mail.sizeBytes > MAX_SIZE_BYTES) return tooLarge(mail.sizeBytes, MAX_SIZE_BYTES);
    const account = readSecret(mailbox.secret);
    if (!account) return toResult({ code: 'upstream.auth_lost' });
    const key = `${mailbox.id} ${mailbox.secret}`;

    const signIn = async (): Promise<SmtpSession | SendResult> => {
      try {
        const session = await openSmtpSession(account, config, signal);
        strikes.succeeded(key);
        return session;
      } catch (error) {
        if (error instanceof RelayError) {
          return toResult({ code: error.code, scope: 'account', waitMs: WAIT_MS.minute }, { text: error.message });
        }
        if (!(error instanceof SmtpFailure)) throw error;
        const result = toSendResult(error, false);
        if (result.outcome !== 'auth_lost' || error.step !== 'login' || strikes.refused(key)) return result;
        return { ...result, outcome: 'deferred', scope: 'account', retryAfterMs: WAIT_MS.minute };
      }
    };

    if (signal.aborted) return toResult({ code: 'upstream.unavailable' }, { text: 'no time left' });
    const kept = idle.take(key);
    const session = kept ?? (await signIn());
    if ('outcome' in session) return session;
    const first = await deliver(request, session);
    // A line that the server gave up while it was idle: nothing of the mail was read, so that a new one may try.
    if (first !== 'stale') return done(first, session, key);
    const fresh = await signIn();
    if ('outcome' in fresh) return fresh;
    const again = await deliver(request, fresh);
    return again === 'stale' ? toResult({ code: 'upstream.unavailable' }) : done(again, fresh, key);
  };

  const done = ({ result }: Exclude<Delivery, 'stale'>, session: SmtpSession, key: string): SendResult => {
    if (session.isOpen) idle.put(key, session);
    return result;
  };

  return { provider: 'smtp', maxSizeBytes: MAX_SIZE_BYTES, maxRecipients: MAX_RECIPIENTS, send, close: idle.close };
}
