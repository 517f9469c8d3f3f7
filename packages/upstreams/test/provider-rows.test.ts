import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SendResult } from '@hikyaku/core';
import { gaxiosError } from '../src/google/fixtures.ts';
import { toSendResult as gmailResult } from '../src/google/send-answers.ts';
import { readTokenError as googleTokenError } from '../src/google/token-answers.ts';
import { msalError } from '../src/microsoft/fixtures.ts';
import { toSendResult as graphResult } from '../src/microsoft/send-answers.ts';
import { readTokenError as entraError } from '../src/microsoft/token-answers.ts';
import { toResult } from '../src/sending/verdict.ts';
import { toSendResult as smtpResult } from '../src/smtp/send-answers.ts';
import { SmtpFailure } from '../src/smtp/smtp-failure.ts';
import { GMAIL_ROWS, GOOGLE_TOKEN_ROWS } from './rows/google-rows.ts';
import { ENTRA_ROWS, GRAPH_ROWS } from './rows/microsoft-rows.ts';
import { type Told, wholeCode } from './rows/row.ts';
import { REPLY_ROWS } from './rows/smtp-rows.ts';
import { whatFollows } from './what-follows.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');

/** One table of all that the services say: what each answer is, and what it must come to. */
const rows: [said: string, result: SendResult, ...expected: [string, string, string, Told]][] = [
  ...GRAPH_ROWS.map(([status, text, ...rest]): (typeof rows)[0] => [
    `Graph ${status} ${text}`,
    graphResult({ status, text, headers: {} }, NOW),
    ...rest,
  ]),
  ...ENTRA_ROWS.map(([number, word, ...rest]): (typeof rows)[0] => [
    `Entra ${number} ${word}`,
    toResult(entraError(msalError(word, number)).verdict),
    ...rest,
  ]),
  ...GMAIL_ROWS.map(([status, text, ...rest]): (typeof rows)[0] => [
    `Gmail ${status} ${text}`,
    gmailResult({ status, text, headers: {} }, NOW),
    ...rest,
  ]),
  ...GOOGLE_TOKEN_ROWS.map(([status, error, ...rest]): (typeof rows)[0] => [
    `Google ${status} ${error}`,
    toResult(googleTokenError(gaxiosError(status, { error })).verdict),
    ...rest,
  ]),
  ...REPLY_ROWS.map(([step, response, ...rest]): (typeof rows)[0] => [
    `SMTP at ${step}: ${response}`,
    smtpResult(new SmtpFailure(step, { response }), false),
    ...rest,
  ]),
];

test('each answer of a service comes to its state, its attempt, who is told of it, and words in both languages', () => {
  assert.ok(rows.length > 150);
  for (const [said, result, state, attempt, code, told] of rows) {
    assert.deepEqual(whatFollows(result), [state, attempt, code === '' ? undefined : wholeCode(code), told], said);
  }
});
