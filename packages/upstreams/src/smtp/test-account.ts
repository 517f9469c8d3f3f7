import { type ErrorCode, RelayError } from '@hikyaku/core';
import { openSmtpSession } from './client.ts';
import type { SmtpConfig } from './config.ts';
import { verdictOfFailure } from './send-answers.ts';
import type { SmtpAccount } from './session.ts';
import { SmtpFailure } from './smtp-failure.ts';

/**
 * Signs in and leaves; nothing is sent.
 * @throws RelayError with the reason: `smtp.…`, or one of `upstream.…` where the server itself is the trouble
 */
export type SmtpTest = (account: SmtpAccount) => Promise<void>;

/** A person waits for it: shorter than a browser's patience. */
const DEADLINE_MS = 25_000;

export async function testSmtpAccount(account: SmtpAccount, config: SmtpConfig): Promise<void> {
  try {
    const session = await openSmtpSession(account, config, AbortSignal.timeout(DEADLINE_MS));
    session.close();
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error;
    throw new RelayError(reasonOf(error, account), { internal: verdictOfFailure(error).text });
  }
}

/** Words for somebody who has just typed all this in. */
function reasonOf(failure: SmtpFailure, account: SmtpAccount): ErrorCode {
  const { code } = verdictOfFailure(failure);
  // The commonest mistake of all: the part before the @ alone.
  if (code === 'smtp.login_refused' && !account.username.includes('@')) return 'smtp.user_name';
  if (code !== 'upstream.unavailable') return code;
  // A TLS port that is spoken to in plain, and the other way round, is silence to both sides.
  return failure.step === 'connect' && failure.reason !== 'ECONNREFUSED' ? 'smtp.tls_failed' : 'smtp.unreachable';
}
