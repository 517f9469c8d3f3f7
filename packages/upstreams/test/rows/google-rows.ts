import { GMAIL_FIXTURES } from '../../src/google/fixtures.ts';
import type { GoogleTokenRow, SendRow } from './row.ts';

/** Facts 2.2, row by row. */
export const GMAIL_ROWS: SendRow[] = [
  [400, GMAIL_FIXTURES.badRecipient, 'failed', 'rejected', 'rejected', 'mail.failed'],
  [400, GMAIL_FIXTURES.badRequest, 'failed', 'rejected', 'rejected', 'mail.failed'],
  [400, GMAIL_FIXTURES.noMailbox, 'held', 'auth_lost', 'no_mailbox', 'mailbox.lost'],
  [401, GMAIL_FIXTURES.invalidToken, 'deferred', 'deferred', 'token_refused', null],
  [401, '', 'deferred', 'deferred', 'token_refused', null],
  [403, GMAIL_FIXTURES.scope, 'held', 'auth_lost', 'scope_missing', 'mailbox.lost'],
  [403, GMAIL_FIXTURES.scopeByDetails, 'held', 'auth_lost', 'scope_missing', 'mailbox.lost'],
  [403, GMAIL_FIXTURES.domainPolicy, 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  [403, GMAIL_FIXTURES.notConfigured, 'deferred', 'deferred', 'project_off', 'operator'],
  [403, GMAIL_FIXTURES.projectDaily, 'deferred', 'deferred', 'project_limit', 'operator'],
  [403, GMAIL_FIXTURES.rate, 'deferred', 'deferred', 'throttled', null],
  [200, GMAIL_FIXTURES.sent, 'sent', 'accepted', '', null],
  [403, GMAIL_FIXTURES.userRate, 'deferred', 'deferred', 'throttled', null],
  [
    429,
    GMAIL_FIXTURES.userDaily('2026-11-21T20:00:00.000Z'),
    'deferred',
    'deferred',
    'daily_limit',
    'mailbox.daily_limit',
  ],
  [429, GMAIL_FIXTURES.tooConcurrent, 'deferred', 'deferred', 'throttled', null],
  [413, GMAIL_FIXTURES.tooLarge, 'failed', 'rejected', 'too_large', 'mail.failed'],
  [413, '<html>', 'failed', 'rejected', 'too_large', 'mail.failed'],
  [503, GMAIL_FIXTURES.backend, 'deferred', 'deferred', 'unavailable', null],
  [500, GMAIL_FIXTURES.backend, 'in_doubt', 'in_doubt', 'in_doubt', null],
  [502, '', 'in_doubt', 'in_doubt', 'in_doubt', null],
  [504, '', 'in_doubt', 'in_doubt', 'in_doubt', null],
  // What nobody has seen yet.
  [403, GMAIL_FIXTURES.unknown, 'deferred', 'deferred', 'unavailable', null],
  [400, '<html>Bad Request</html>', 'deferred', 'deferred', 'unavailable', null],
  [400, '', 'deferred', 'deferred', 'unavailable', null],
];

/** Facts 1.2: refusals of Google's token endpoint, by their word. */
export const GOOGLE_TOKEN_ROWS: GoogleTokenRow[] = [
  [400, 'invalid_grant', 'held', 'auth_lost', 'auth_lost', 'mailbox.lost'],
  [401, 'redirect_uri_mismatch', 'deferred', 'deferred', 'bug.unknown', null],
  [401, 'invalid_client', 'deferred', 'deferred', 'client_secret', 'operator'],
  [401, 'unauthorized_client', 'deferred', 'deferred', 'client_secret', 'operator'],
  [401, 'deleted_client', 'deferred', 'deferred', 'client_secret', 'operator'],
  [401, 'disabled_client', 'deferred', 'deferred', 'client_secret', 'operator'],
  [403, 'access_denied', 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  [400, 'admin_policy_enforced', 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  [403, 'org_internal', 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  [400, 'invalid_request', 'deferred', 'deferred', 'bug.unknown', null],
  [429, 'rate_limit_exceeded', 'deferred', 'deferred', 'unavailable', null],
  [500, 'internal_failure', 'deferred', 'deferred', 'unavailable', null],
  [undefined, '', 'deferred', 'deferred', 'unavailable', null],
];
