/** Where in the dialogue something happened. */
export type SmtpStep = 'connect' | 'tls' | 'login' | 'mail' | 'rcpt' | 'data';

/** What ended a step: the server's reply, or the connection's end without one. */
export class SmtpFailure extends Error {
  readonly step: SmtpStep;
  /** The library's or the system's code: ETIMEDOUT, ECONNRESET, CERT_HAS_EXPIRED … */
  readonly reason: string;
  /** The reply, where there was one. */
  readonly response: string | undefined;
  /** Each recipient's reply, where none was taken. */
  readonly refused: { recipient: string; response: string }[];

  constructor(
    step: SmtpStep,
    error: { code?: string; originalCode?: string; response?: unknown; rejectedErrors?: unknown[]; message?: string },
  ) {
    const reason = error.originalCode ?? error.code ?? 'unknown';
    super(`smtp ${step}: ${reason}`);
    this.name = 'SmtpFailure';
    this.step = step;
    this.reason = reason;
    this.response = typeof error.response === 'string' && error.response ? error.response : undefined;
    this.refused = (error.rejectedErrors ?? []).map(readRefusal);
  }

  /** A failure of nodemailer's, at the step that its command names. */
  static from(step: SmtpStep, thrown: unknown): SmtpFailure {
    const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
      code?: string;
      originalCode?: string;
      command?: string;
      response?: string;
      message?: string;
    };
    const { command = '', message = '' } = error;
    let named = step;
    if (error.code === 'ETLS' || command === 'STARTTLS') named = 'tls';
    else if (command.startsWith('AUTH')) named = 'login';
    else if (command === 'RCPT TO') named = 'rcpt';
    else if (command === 'DATA') named = 'data';
    // The reason inside "Error initiating TLS - …" is in words only.
    const isCertificate = named === 'tls' && /certificate|altnames|self[- ]signed/i.test(message);
    return new SmtpFailure(named, isCertificate ? { ...error, originalCode: 'ERR_TLS_CERT' } : error);
  }
}

/** A refused recipient as nodemailer keeps it. */
export function readRefusal(error: unknown): { recipient: string; response: string } {
  const { recipient, response } = (error ?? {}) as { recipient?: unknown; response?: unknown };
  return { recipient: String(recipient ?? ''), response: String(response ?? '') };
}
