import { type ErrorCode, RelayError } from '@hikyaku/core';

/** RFC 7807, as authorities fill it in (RFC 8555, 6.7). */
export interface AcmeProblem {
  type?: string;
  detail?: string;
}

const PREFIX = 'urn:ietf:params:acme:error:';
/** By what has to be changed. Everything else is the authority's own word, which the log has. */
const CODES: Record<string, ErrorCode> = {
  dns: 'certificate.name_unknown',
  connection: 'certificate.unreachable',
  tls: 'certificate.unreachable',
  unauthorized: 'certificate.other_server',
  incorrectResponse: 'certificate.other_server',
  rateLimited: 'certificate.limited',
  serverInternal: 'certificate.authority',
};

/** An authority's refusal as ours; `detail` is its own word, of a bounded length and without anything that a terminal would obey. */
export function acmeError(problem: AcmeProblem, status: number): RelayError {
  const type = String(problem.type ?? '');
  const name = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : '';
  const code = CODES[name] ?? (status >= 500 ? 'certificate.authority' : 'certificate.refused');
  const detail = String(problem.detail ?? '')
    .slice(0, 500)
    .replace(/\p{C}/gu, '?');
  return new RelayError(code, {
    internal: [name.slice(0, 40) || `status ${status}`, detail].filter(Boolean).join(': '),
  });
}
