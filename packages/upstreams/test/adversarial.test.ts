import { test } from 'node:test';
import { assertLinear } from '@hikyaku/testing';
import { gaxiosError } from '../src/google/fixtures.ts';
import { toSendResult as googleResult } from '../src/google/send-answers.ts';
import { readTokenError as googleTokenError } from '../src/google/token-answers.ts';
import { readRetryAfter } from '../src/http/retry-after.ts';
import { readClaimsChallenge } from '../src/microsoft/claims-challenge.ts';
import { graphError, msalError } from '../src/microsoft/fixtures.ts';
import { toSendResult as graphResult } from '../src/microsoft/send-answers.ts';
import { readTokenError as microsoftTokenError } from '../src/microsoft/token-answers.ts';
import { recipientVerdict, toSendResult as smtpResult, verdictOfReply } from '../src/smtp/send-answers.ts';
import { SmtpFailure } from '../src/smtp/smtp-failure.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const answer = (status: number, text: string, headers: Record<string, string> = {}) => ({ status, text, headers });
const gmailError = (message: string) =>
  JSON.stringify({ error: { errors: [{ reason: 'rateLimitExceeded', message }] } });
const challenge = (text: string) =>
  readClaimsChallenge(answer(401, '', { 'www-authenticate': `Bearer error="insufficient_claims", ${text}` }));

/** All that is read of what a provider, or whoever answers in its place, says. */
const READERS: [name: string, read: (text: string) => unknown][] = [
  [
    'an answer of Graph',
    (text) => [
      graphResult(answer(403, text), NOW),
      graphResult(answer(429, graphError('ApplicationThrottled', text)), NOW),
    ],
  ],
  ['an answer of Gmail', (text) => googleResult(answer(429, gmailError(`Retry after ${text}`)), NOW)],
  [
    'a refused token',
    (text) => [
      microsoftTokenError(msalError('invalid_grant', 65001, text)),
      googleTokenError(gaxiosError(400, { error: 'invalid_grant', error_description: text })),
      googleTokenError(gaxiosError(400, text)),
    ],
  ],
  ['headers of an answer', (text) => [readRetryAfter(text, NOW), challenge(text), challenge(`claims="${text}"`)]],
  [
    'a reply of an SMTP server',
    (text) => [
      verdictOfReply(text, 'rcpt'),
      recipientVerdict({ recipient: 'a@example.com', response: `550 5.7.1 ${text}` }),
      smtpResult(new SmtpFailure('data', { code: 'EENVELOPE', response: `451-4.7.0 ${text}` }), false),
      SmtpFailure.from('login', { code: 'EAUTH', command: 'AUTH PLAIN', response: `535 ${text}`, message: text }),
    ],
  ],
];

for (const [reader, read] of READERS) {
  test(`${reader}: no text costs over 10 ms of CPU per 64 KB, nor grows as a square does`, () =>
    assertLinear(read, 10));
}
