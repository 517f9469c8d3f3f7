import type { ErrorCode } from '@hikyaku/core';
import { openSmtpSession } from '../../smtp/client.ts';
import { SmtpFailure } from '../../smtp/smtp-failure.ts';
import type { MicrosoftSmtp } from '../config.ts';
import { smtpServerOf } from './smtp-server.ts';

/** A person waits for it. */
const DEADLINE_MS = 20_000;

/** Signs in to Microsoft's SMTP server and leaves; undefined: it lets the mailbox in. A server that does not answer, or is busy, is no word on the mailbox. */
export async function trySmtp(
  smtp: MicrosoftSmtp,
  account: { accountKey: string; username: string; accessToken: string },
): Promise<ErrorCode | undefined> {
  const { accountKey, ...login } = account;
  try {
    const session = await openSmtpSession(
      { ...smtpServerOf(smtp, accountKey), ...login },
      smtp,
      AbortSignal.timeout(DEADLINE_MS),
    );
    session.close();
    return undefined;
  } catch (error) {
    const isRefused = error instanceof SmtpFailure && /^5/.test(error.response ?? '');
    return isRefused ? 'upstream.smtp_off' : undefined;
  }
}
