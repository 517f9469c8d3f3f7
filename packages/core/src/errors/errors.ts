import { ERROR_TABLE, type ErrorCode } from './error-table.ts';

export type { ErrorRow, JobOutcome } from './error-row.ts';
export type { ErrorCode } from './error-table.ts';
export { ERROR_TABLE } from './error-table.ts';

interface RelayErrorOptions {
  /** For our log only: may name hosts and ids, never content, never a secret. */
  internal?: string;
  cause?: unknown;
  /** Per-field texts of a refused request. */
  fields?: Record<string, string>;
  /** When to try again, milliseconds from now. */
  retryAfterMs?: number;
  /** What a device's command named and we refuse, for its owner: an address. */
  about?: string;
}

/**
 * The one error class. Its code is a row of the error table; the three mappers of that table (`toSmtpReply`, `toProblem`,
 * `toJobOutcome`) are used at the rims only.
 */
export class RelayError extends Error {
  readonly code: ErrorCode;
  readonly publicMessage: string;
  readonly internal: string | undefined;
  readonly fields: Record<string, string> | undefined;
  readonly retryAfterMs: number | undefined;
  readonly about: string | undefined;

  constructor(code: ErrorCode, options: RelayErrorOptions = {}) {
    const row = ERROR_TABLE[code];
    super(options.internal ? `${code}: ${options.internal}` : code, { cause: options.cause });
    this.name = 'RelayError';
    this.code = code;
    this.publicMessage = row.text;
    this.internal = options.internal;
    this.fields = options.fields;
    this.retryAfterMs = options.retryAfterMs;
    this.about = options.about;
  }
}

/** Any thrown thing as a RelayError; what we do not know is `bug.unknown`, temporary everywhere. */
export function asRelayError(thrown: unknown): RelayError {
  if (thrown instanceof RelayError) return thrown;
  return new RelayError('bug.unknown', {
    cause: thrown,
    internal: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

/** `{code: 451, enhanced: '4.3.0', text}` as the edge answers. */
export function toSmtpReply(error: RelayError): { code: number; enhanced: string; text: string } {
  const { smtp, text } = ERROR_TABLE[error.code];
  return { code: smtp.code, enhanced: `${Math.floor(smtp.code / 100)}.${smtp.detail}`, text: smtp.text ?? text };
}

/** RFC 9457 problem. `docs/errors` has a paragraph for each code. */
export function toProblem(error: RelayError): {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail?: string;
  fields?: Record<string, string>;
} {
  const row = ERROR_TABLE[error.code];
  return {
    type: `urn:hikyaku:error:${error.code}`,
    title: row.text,
    status: row.http,
    code: error.code,
    ...(error.fields ? { fields: error.fields } : {}),
  };
}

/** What a job does with it: `retry` later, or `give_up`. */
export function toJobOutcome(error: RelayError) {
  return ERROR_TABLE[error.code].job;
}
