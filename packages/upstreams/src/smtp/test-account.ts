import { type ErrorCode, RelayError } from '@hikyaku/core';
import { openSmtpSession } from './client.ts';
import type { SmtpConfig } from './config.ts';
import { findWay, SMTP_WAYS, type SmtpWay } from './find-way.ts';
import { verdictOfFailure } from './send-answers.ts';
import type { SmtpAccount } from './session.ts';
import { SmtpFailure } from './smtp-failure.ts';

/**
 * Signs in and leaves; nothing is sent.
 * @throws RelayError with the reason: `smtp.…`, or one of `upstream.…` where the server itself is the trouble
 */
export type SmtpTest = (account: SmtpAccount) => Promise<void>;

/** A person waits for it, and for the search of another port: both together are shorter than a browser's patience. */
const DEADLINE_MS = 18_000;

/** What another port may cure. */
const OF_THE_PORT: readonly ErrorCode[] = ['smtp.unreachable', 'smtp.tls_failed', 'smtp.tls_missing'];

/** Where the port or its protection is the trouble, one that works is looked for and named in the error's `fields`: `port`, `security`. */
export async function testSmtpAccount(
  account: SmtpAccount,
  config: SmtpConfig,
  ways: readonly SmtpWay[] = SMTP_WAYS,
): Promise<void> {
  try {
    const session = await openSmtpSession(account, config, AbortSignal.timeout(DEADLINE_MS));
    session.close();
  } catch (error) {
    const refusal = asRefusal(error, account);
    if (!OF_THE_PORT.includes(refusal.code)) throw refusal;
    const others = ways.filter(({ port, security }) => port !== account.port || security !== account.security);
    const way = await findWay(account.host, config, others);
    if (!way) throw refusal;
    const { code, internal } = refusal;
    throw new RelayError(code, { internal, fields: { port: String(way.port), security: way.security } });
  }
}

function asRefusal(error: unknown, account: SmtpAccount): RelayError {
  if (error instanceof RelayError) return error;
  if (!(error instanceof SmtpFailure)) throw error;
  return new RelayError(reasonOf(error, account), { internal: verdictOfFailure(error).text });
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
