import { asRelayError, ERROR_TABLE, type RelayError, toSmtpReply } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';

/** What a command answers. Worded like Postfix: devices were tested against it (facts, devices 5.4). */
export interface Reply {
  code: number;
  /** With the enhanced code in front; several lines for EHLO only. */
  text: string | string[];
  /** The error of ours behind a refusal, for the session's record. */
  error?: RelayError;
  /** Takes the client's next line instead of a command (AUTH). */
  next?: (line: string) => Reply | Promise<Reply>;
  /** Done right after the reply is written: close, start TLS. */
  after?: () => void;
}

export const OK: Reply = { code: 250, text: '2.0.0 Ok' };

/** An error of ours as a reply. */
export function refusal(error: RelayError): Reply {
  const { code, enhanced, text } = toSmtpReply(error);
  return { code, text: `${enhanced} ${text}`, error };
}

/** Any thrown thing as a reply; unknown ones are temporary. What the operator or we must know is logged. */
export function replyOf(thrown: unknown, logger: Logger): Reply {
  const error = asRelayError(thrown);
  const { tell } = ERROR_TABLE[error.code];
  if (tell === 'developer') logger.error({ event: 'smtp.bug', err: error.cause ?? error });
  else if (tell === 'operator') logger.warn({ event: 'smtp.refused', code: error.code, err: error });
  return refusal(error);
}
