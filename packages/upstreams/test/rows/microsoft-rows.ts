import { GRAPH_FIXTURES, graphError } from '../../src/microsoft/fixtures.ts';
import type { SendRow, TokenRow } from './row.ts';

/** Facts 2.1, row by row, and the corrections. */
export const GRAPH_ROWS: SendRow[] = [
  [400, GRAPH_FIXTURES.noRecipients, 'failed', 'rejected', 'rejected', 'mail.failed'],
  [400, GRAPH_FIXTURES.badBase64, 'failed', 'rejected', 'rejected', 'mail.failed'],
  [400, graphError('ErrorInvalidParameter'), 'failed', 'rejected', 'rejected', 'mail.failed'],
  [400, graphError('UnableToDeserializePostBody'), 'failed', 'rejected', 'rejected', 'mail.failed'],
  [401, GRAPH_FIXTURES.expiredToken, 'deferred', 'deferred', 'token_refused', null],
  [403, GRAPH_FIXTURES.accessDenied, 'held', 'auth_lost', 'scope_missing', 'mailbox.lost'],
  [403, GRAPH_FIXTURES.sendAsDenied, 'held', 'auth_lost', 'sender_refused', 'mailbox.lost'],
  [403, GRAPH_FIXTURES.blocked, 'held', 'auth_lost', 'account_blocked', 'mailbox.lost'],
  [554, GRAPH_FIXTURES.blocked, 'held', 'auth_lost', 'account_blocked', 'mailbox.lost'],
  [429, GRAPH_FIXTURES.dailyLimit, 'deferred', 'deferred', 'daily_limit', 'mailbox.daily_limit'],
  [400, GRAPH_FIXTURES.dailyLimit, 'deferred', 'deferred', 'daily_limit', 'mailbox.daily_limit'],
  [403, GRAPH_FIXTURES.dailyLimit, 'deferred', 'deferred', 'daily_limit', 'mailbox.daily_limit'],
  [403, GRAPH_FIXTURES.quota, 'held', 'auth_lost', 'mailbox_full', 'mailbox.lost'],
  [500, GRAPH_FIXTURES.quota, 'held', 'auth_lost', 'mailbox_full', 'mailbox.lost'],
  [507, '', 'held', 'auth_lost', 'mailbox_full', 'mailbox.lost'],
  [404, GRAPH_FIXTURES.noMailbox, 'held', 'auth_lost', 'no_mailbox', 'mailbox.lost'],
  [404, graphError('ErrorInvalidUser'), 'held', 'auth_lost', 'no_mailbox', 'mailbox.lost'],
  [413, GRAPH_FIXTURES.tooLarge, 'failed', 'rejected', 'too_large', 'mail.failed'],
  [413, '<html>', 'failed', 'rejected', 'too_large', 'mail.failed'],
  [400, GRAPH_FIXTURES.sizeExceeded, 'failed', 'rejected', 'too_large', 'mail.failed'],
  [429, GRAPH_FIXTURES.concurrency, 'deferred', 'deferred', 'throttled', null],
  [429, GRAPH_FIXTURES.throttled, 'deferred', 'deferred', 'throttled', null],
  [400, graphError('activityLimitReached'), 'deferred', 'deferred', 'throttled', null],
  [429, '', 'deferred', 'deferred', 'throttled', null],
  [509, '', 'deferred', 'deferred', 'throttled', null],
  [503, GRAPH_FIXTURES.serverBusy, 'deferred', 'deferred', 'unavailable', null],
  [500, GRAPH_FIXTURES.serverBusy, 'in_doubt', 'in_doubt', 'in_doubt', null],
  [500, graphError('TooManyRequests'), 'in_doubt', 'in_doubt', 'in_doubt', null],
  [500, graphError('ErrorInternalServerError'), 'in_doubt', 'in_doubt', 'in_doubt', null],
  [503, graphError('serviceNotAvailable'), 'deferred', 'deferred', 'unavailable', null],
  [503, graphError('MailboxStoreUnavailable'), 'deferred', 'deferred', 'unavailable', null],
  // Reported for MIME over the limit: nothing was sent.
  [200, '', 'failed', 'rejected', 'too_large', 'mail.failed'],
  [202, '', 'sent', 'accepted', '', null],
  [502, '<html>Bad gateway</html>', 'in_doubt', 'in_doubt', 'in_doubt', null],
  [504, '', 'in_doubt', 'in_doubt', 'in_doubt', null],
  // The refusals of consumer accounts; no status is attested, so none counts.
  ...[400, 403, 429].flatMap((status): SendRow[] => [
    [status, graphError('ErrorAccountSuspend'), 'held', 'auth_lost', 'account_blocked', 'mailbox.lost'],
    [status, graphError('ErrorAccountSuspendShowTierUpgrade'), 'held', 'auth_lost', 'account_blocked', 'mailbox.lost'],
    [status, graphError('ErrorMessageBlocked'), 'held', 'auth_lost', 'account_blocked', 'mailbox.lost'],
    [
      status,
      graphError('ErrorExceededMessageLimitShowTierUpgrade'),
      'held',
      'auth_lost',
      'account_blocked',
      'mailbox.lost',
    ],
    [status, graphError('ErrorExceededMaxRecipientLimitBlock'), 'held', 'auth_lost', 'account_blocked', 'mailbox.lost'],
    [
      status,
      graphError('ErrorExceededMaxRecipientLimitShowTierUpgrade'),
      'held',
      'auth_lost',
      'account_blocked',
      'mailbox.lost',
    ],
    [
      status,
      graphError('ErrorExceededMaxRecipientLimit'),
      'deferred',
      'deferred',
      'daily_limit',
      'mailbox.daily_limit',
    ],
    [
      status,
      graphError('ErrorExceededHourlyMessageLimit'),
      'deferred',
      'deferred',
      'daily_limit',
      'mailbox.daily_limit',
    ],
    [status, graphError('ErrorSubmissionQuotaExceeded'), 'deferred', 'deferred', 'daily_limit', 'mailbox.daily_limit'],
    [status, graphError('ErrorMessageThrottled'), 'deferred', 'deferred', 'throttled', null],
  ]),
  // What nobody has seen yet: a 400 in Graph's form is a judgement, a gateway's is none.
  [403, GRAPH_FIXTURES.unknown, 'deferred', 'deferred', 'unavailable', null],
  [400, GRAPH_FIXTURES.unknown, 'failed', 'rejected', 'rejected', 'mail.failed'],
  [400, '<h2>Bad Request</h2>', 'deferred', 'deferred', 'unavailable', null],
  [400, '', 'deferred', 'deferred', 'unavailable', null],
  [411, '', 'deferred', 'deferred', 'unavailable', null],
  [301, '', 'deferred', 'deferred', 'unavailable', null],
];

/** Facts 1.1 and the corrections: Entra's numbers. */
export const ENTRA_ROWS: TokenRow[] = [
  // Reconnect …
  ...[50076, 50079, 50074, 50072, 50078, 65001, 700082, 70008, 70000, 50173, 50132, 50133, 50089, 70043].flatMap(
    (number): TokenRow[] => [
      [number, 'invalid_grant', 'held', 'auth_lost', 'auth_lost', 'mailbox.lost'],
      [number, 'interaction_required', 'held', 'auth_lost', 'auth_lost', 'mailbox.lost'],
    ],
  ),
  // … the administrator: an approval, or a rule …
  ...[90094, 90095, 90093, 90008, 900941, 900981].map(
    (number): TokenRow => [number, 'access_denied', 'held', 'auth_lost', 'admin_consent', 'mailbox.lost'],
  ),
  ...[53003, 530032, 50131, 53000, 50105].map(
    (number): TokenRow => [number, 'invalid_grant', 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  ),
  ...[700016, 7000112, 70001].map(
    (number): TokenRow => [number, 'unauthorized_client', 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  ),
  // … the account …
  ...[50057, 50034, 50053, 50055].map(
    (number): TokenRow => [number, 'invalid_grant', 'held', 'auth_lost', 'account_disabled', 'mailbox.lost'],
  ),
  ...[50020, 90072, 500208].map(
    (number): TokenRow => [number, 'invalid_grant', 'held', 'auth_lost', 'oauth.wrong_kind', 'mailbox.lost'],
  ),
  // … the operator, which marks no mailbox …
  ...[7000215, 7000218, 7000222, 650056].map(
    (number): TokenRow => [number, 'invalid_client', 'deferred', 'deferred', 'client_secret', 'operator'],
  ),
  [50194, 'invalid_request', 'deferred', 'deferred', 'client_secret', 'operator'],
  // … or nobody: later.
  ...[90033, 90055, 50033, 90006, 90012, 90024].map(
    (number): TokenRow => [number, 'temporarily_unavailable', 'deferred', 'deferred', 'unavailable', null],
  ),
  // By the word alone, where no number comes with it.
  ...['invalid_grant', 'interaction_required', 'consent_required', 'login_required', 'access_denied'].map(
    (word): TokenRow => [undefined, word, 'held', 'auth_lost', 'auth_lost', 'mailbox.lost'],
  ),
  [65001, 'consent_required', 'held', 'auth_lost', 'auth_lost', 'mailbox.lost'],
  [undefined, 'invalid_client', 'deferred', 'deferred', 'client_secret', 'operator'],
  [undefined, 'unauthorized_client', 'held', 'auth_lost', 'admin_blocked', 'mailbox.lost'],
  ...['temporarily_unavailable', 'server_error'].map(
    (word): TokenRow => [undefined, word, 'deferred', 'deferred', 'unavailable', null],
  ),
  // Of a sign-in alone: a code that was used, a wrong verifier. Whoever meets them begins anew.
  ...[54005, 501481].map(
    (number): TokenRow => [number, 'invalid_grant', 'held', 'auth_lost', 'auth_lost', 'mailbox.lost'],
  ),
  // A bug of ours, which the log tells.
  [28000, 'invalid_scope', 'deferred', 'deferred', 'bug.unknown', null],
  [70011, 'invalid_scope', 'deferred', 'deferred', 'bug.unknown', null],
  [50011, 'invalid_request', 'deferred', 'deferred', 'bug.unknown', null],
  [50196, 'invalid_grant', 'deferred', 'deferred', 'throttled', null],
];
