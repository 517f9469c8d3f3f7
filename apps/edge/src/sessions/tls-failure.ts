import type { TlsFailure } from '@hikyaku/core';

/** Ours, or the client's alert: the two share no version, no cipher, or the client does not trust the certificate. By OpenSSL's names of its errors. */
const KINDS: [TlsFailure, string[]][] = [
  [
    'version',
    [
      'unsupported protocol',
      'unsupported_protocol',
      // A hello of SSL 2.0 that offers nothing newer.
      'unknown protocol',
      'version too low',
      'alert protocol version',
      'tlsv1 alert protocol version',
      'inappropriate fallback',
    ],
  ],
  // Once a handshake has begun: words in plain, or bytes of no record.
  [
    'not_tls',
    ['wrong version number', 'http request', 'https proxy request', 'unexpected message', 'packet length too long'],
  ],
  [
    'cipher',
    [
      'no shared cipher',
      'no_shared_cipher',
      'alert handshake failure',
      'no suitable signature algorithm',
      'no shared group',
      'no suitable key share',
      'insufficient security',
    ],
  ],
  [
    'certificate',
    [
      'alert unknown ca',
      'alert bad certificate',
      'alert certificate unknown',
      'alert certificate expired',
      'alert unsupported certificate',
      'alert certificate revoked',
      'alert access denied',
    ],
  ],
];

/** What kind of failure a handshake's error is. */
export function tlsFailureOf(error: Error & { code?: string }): TlsFailure {
  if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'slow';
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'gone';
  const text = error.message.slice(0, 500).toLowerCase();
  return KINDS.find(([, words]) => words.some((word) => text.includes(word)))?.[0] ?? 'other';
}
