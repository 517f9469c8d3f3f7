import { type ErrorRow, row } from './error-row.ts';

/** Mail of somebody who has not signed in. */
const unsigned = (text: string) => row(text, [530, '7.0', 'Authentication required'], 401, 'give_up', 'owner');

/** The mailbox's mail waits until somebody at the provider, or its owner, lets it go. */
const mailboxHeld = (text: string) => row(text, [451, '7.1'], 409, 'hold', 'owner');

/** Doors and pages go on with the certificate that they have. */
const certificateMissing = (text: string) => row(text, [451, '3.5'], 502, 'retry', 'operator');

/** A connection that comes to nothing; its owner begins again. */
const notConnected = (text: string, status: number) => row(text, [550, '7.1'], status, 'give_up', 'owner');

export const ERROR_TABLE = {
  // ---- at the edge
  'edge.auth_failed': row(
    'User name or password is wrong.',
    [535, '7.8', 'Error: authentication failed'],
    401,
    'give_up',
    'owner',
  ),
  'edge.auth_unconfirmed': row(
    'The login could not be checked at the moment.',
    [454, '7.0', 'Temporary authentication failure, try again later'],
    503,
    'retry',
    'owner',
  ),
  'edge.auth_required': unsigned('Sign in first.'),
  // Four reasons, one reply: a stranger learns nothing of a device that he named.
  'edge.pop_missing': unsigned('The device must sign in by POP before it sends.'),
  'edge.pop_expired': unsigned('The device signed in by POP too long ago.'),
  'edge.pop_off': unsigned('POP before SMTP is switched off for this device.'),
  'edge.address_not_allowed': unsigned('The device may not send from this address without a login.'),
  // Deleted while its session was open; to the device it is as if it had not signed in.
  'edge.device_gone': unsigned('The device was deleted.'),
  'edge.device_disabled': row(
    'This device is switched off.',
    [550, '7.1', 'This device is switched off by its owner'],
    403,
    'give_up',
    'owner',
  ),
  'edge.recipient_refused': row(
    'The owner does not allow this recipient.',
    [550, '7.1', 'Recipient not allowed for this device'],
    403,
    'give_up',
    'owner',
  ),
  'edge.recipient_invalid': row(
    'The recipient is not a mail address.',
    [501, '1.3', 'Bad recipient address syntax'],
    400,
    'give_up',
    'owner',
  ),
  'edge.recipient_literal': row(
    'The recipient is at a numeric address, where no mail service delivers.',
    [550, '1.2', 'Recipient at a numeric address: use a domain name'],
    400,
    'give_up',
    'owner',
  ),
  'edge.too_many_recipients': row('Too many recipients.', [452, '5.3', 'Too many recipients'], 400, 'give_up', 'owner'),
  'edge.too_large': row(
    'The mail is larger than this device may send.',
    [552, '3.4', 'Message is too large'],
    413,
    'give_up',
    'owner',
  ),
  'edge.journal_unavailable': row(
    'The relay cannot store mail at the moment.',
    [451, '3.0', 'Cannot store mail now, try again later'],
    503,
    'retry',
    'operator',
  ),
  'edge.journal_full': row(
    'The relay is out of space.',
    [452, '3.1', 'Insufficient system storage'],
    503,
    'retry',
    'operator',
  ),
  'edge.snapshot_stale': row(
    'The relay cannot check credentials at the moment.',
    [451, '3.0', 'Cannot check credentials now, try again later'],
    503,
    'retry',
    'operator',
  ),
  'edge.busy': row(
    'Too many connections.',
    [421, '3.2', 'Too many connections, try again later'],
    503,
    'retry',
    'operator',
  ),
  'edge.report_later': row(
    'Too many reports came in this hour.',
    [452, '3.2', 'Too many reports, try again later'],
    503,
    'retry',
    'nobody',
  ),
  'edge.loop': row('The mail has passed this relay too often.', [554, '4.6', 'Mail loop'], 400, 'give_up', 'owner'),

  // ---- recipients that a device was not known to write to
  'recipient.unconfirmed': row('The recipient waits for the owner to confirm it.', [451, '7.1'], 409, 'hold', 'owner'),
  'recipient.refused': row(
    'The owner does not want mail to go to this recipient.',
    [550, '7.1'],
    403,
    'give_up',
    'nobody',
  ),
  'recipient.unanswered': row('Nobody confirmed the recipient in time.', [550, '7.1'], 403, 'give_up', 'owner'),

  // ---- upstream
  'upstream.throttled': row('The provider asks us to slow down.', [451, '7.0'], 503, 'retry', 'nobody'),
  'upstream.unavailable': row('The provider does not answer.', [451, '4.1'], 503, 'retry', 'nobody'),
  'upstream.daily_limit': row('The mailbox has reached its daily sending limit.', [452, '2.2'], 503, 'retry', 'owner'),
  'upstream.auth_lost': row('The mailbox must be connected again.', [451, '7.8'], 409, 'hold', 'owner'),
  'upstream.token_refused': row(
    'The provider refuses a permission that it has just renewed itself.',
    [451, '7.8'],
    503,
    'retry',
    'owner',
  ),
  'upstream.admin_consent': mailboxHeld("The organization's administrator has to approve the relay first."),
  'upstream.admin_blocked': mailboxHeld("The organization's administrator does not allow this."),
  'upstream.app_unapproved': mailboxHeld('The organization has not let the relay in, or not any more.'),
  'upstream.app_out_of_scope': mailboxHeld('The organization does not let the relay send from this mailbox.'),
  'upstream.smtp_off': mailboxHeld('Microsoft does not let this mailbox sign in by SMTP.'),
  'upstream.account_blocked': mailboxHeld('The provider has blocked sending until the owner verifies the account.'),
  'upstream.account_disabled': mailboxHeld('The account is disabled, locked or gone at the provider.'),
  'upstream.sender_refused': mailboxHeld('The provider does not let this account send from its address.'),
  'upstream.sender_fallback': row(
    'The provider does not let this account send from the address that was chosen; its own is used instead.',
    [451, '7.1'],
    409,
    'retry',
    'owner',
  ),
  'upstream.mailbox_full': row('The mailbox is full.', [452, '2.2'], 409, 'hold', 'owner'),
  'upstream.no_mailbox': row('The account has no mailbox that can send.', [451, '1.1'], 409, 'hold', 'owner'),
  'upstream.scope_missing': row('The permission to send mail was not granted.', [451, '7.1'], 409, 'hold', 'owner'),
  'upstream.rejected': row('The provider refused the mail.', [554, '6.0'], 502, 'give_up', 'owner'),
  'upstream.channel_refused': row('The channel refused the picture.', [554, '6.0'], 502, 'give_up', 'owner'),
  'upstream.too_large': row('The mail is larger than the provider takes.', [552, '3.4'], 413, 'give_up', 'owner'),
  'upstream.in_doubt': row(
    'The provider gave no answer after the mail was handed over.',
    [451, '4.2'],
    504,
    'retry',
    'owner',
  ),
  'upstream.client_secret': row(
    'The relay’s own registration with the provider is not valid.',
    [451, '3.5'],
    503,
    'retry',
    'operator',
  ),
  'upstream.project_limit': row(
    'The relay’s own limit at the provider is reached.',
    [451, '4.5'],
    503,
    'retry',
    'operator',
  ),
  'upstream.project_off': row(
    'The provider’s sending service is switched off for the relay.',
    [451, '3.5'],
    503,
    'retry',
    'operator',
  ),
  'upstream.environment': row(
    'The mailbox was connected in another mode of this relay and must be connected again.',
    [451, '7.8'],
    409,
    'hold',
    'owner',
  ),

  // ---- an SMTP account
  'smtp.host_unknown': row('There is no server of this name.', [451, '4.1'], 422, 'retry', 'owner'),
  'smtp.unreachable': row('The mail server does not answer at this port.', [451, '4.1'], 422, 'retry', 'owner'),
  'smtp.host_refused': row(
    'This relay does not connect to servers at such an address.',
    [550, '7.1'],
    422,
    'hold',
    'owner',
  ),
  'smtp.port_refused': row(
    'This relay connects to the ports 25, 465, 587 and 2525 only.',
    [550, '7.1'],
    422,
    'hold',
    'owner',
  ),
  'smtp.own_door': row('That server is this relay itself.', [550, '7.1'], 422, 'hold', 'owner'),
  'smtp.tls_missing': row(
    'The mail server would take the password without encryption only.',
    [550, '7.1'],
    422,
    'hold',
    'owner',
  ),
  'smtp.tls_failed': row('No encrypted connection to the mail server came about.', [451, '4.1'], 422, 'retry', 'owner'),
  'smtp.certificate': row(
    'The mail server’s certificate is not valid for its name.',
    [451, '4.1'],
    422,
    'retry',
    'owner',
  ),
  'smtp.login_refused': row(
    'The mail server does not accept this user name and password.',
    [451, '7.8'],
    422,
    'hold',
    'owner',
  ),
  'smtp.app_password': row('The mail server wants an app password.', [451, '7.8'], 422, 'hold', 'owner'),
  'smtp.user_name': row(
    'The mail server wants the whole mail address as the user name.',
    [451, '7.8'],
    422,
    'hold',
    'owner',
  ),
  'smtp.sender_refused': row(
    'The mail server does not let this account send as this address.',
    [451, '7.1'],
    422,
    'hold',
    'owner',
  ),

  // ---- connecting a mailbox
  'oauth.state_invalid': notConnected('This sign-in link is not valid any more. Start again.', 400),
  'oauth.denied': notConnected('The permission was not given.', 400),
  'oauth.code_refused': notConnected('The provider did not accept the sign-in. Start again.', 400),
  'oauth.wrong_account': notConnected('That is another account than the one to be reconnected.', 409),
  'oauth.wrong_kind': row('This kind of account cannot be connected here.', [451, '7.1'], 409, 'hold', 'owner'),
  'oauth.proof_refused': notConnected('The code is wrong, or not valid any more.', 400),
  'oauth.provider_off': row('This provider is not set up here.', [550, '7.1'], 404, 'give_up', 'operator'),

  // ---- accounts
  'auth.link_ended': row('This link is not valid any more.', [550, '7.1'], 400, 'give_up', 'owner'),
  'auth.address_taken': row('There is an account of this address already.', [550, '7.1'], 409, 'give_up', 'owner'),
  'auth.password_differs': row('This is not the password of the sign-up.', [550, '7.1'], 403, 'give_up', 'owner'),

  // ---- groups of devices
  'group.name_taken': row('There is a group of this name already.', [550, '7.1'], 409, 'give_up', 'owner'),

  // ---- what a tenant may use
  'limit.devices': row('There are as many devices as the plan allows.', [452, '5.3'], 409, 'give_up', 'owner'),
  'limit.device_groups': row('There are as many groups as the plan allows.', [452, '5.3'], 409, 'give_up', 'owner'),
  'limit.recipients': row(
    'The list of recipients is longer than the plan allows.',
    [452, '5.3'],
    409,
    'give_up',
    'owner',
  ),
  'limit.new_recipients': row('There were too many new recipients today.', [452, '5.3'], 429, 'retry', 'owner'),
  'limit.waiting_mail': row(
    'As much mail waits for this mailbox as the plan allows.',
    [452, '2.2', 'Too much mail is waiting, try again later'],
    409,
    'retry',
    'owner',
  ),
  'limit.mails_per_day': row(
    'As many mails were accepted in a day as the plan allows.',
    [452, '5.3', 'Too much mail today, try again later'],
    429,
    'retry',
    'owner',
  ),
  'limit.mails_per_minute': row(
    'The device sends more mails in a minute than any device does that works.',
    [452, '5.3', 'Too much mail in a minute, try again later'],
    429,
    'retry',
    'owner',
  ),
  'limit.alert_channels': row(
    'There are as many ways of being told as the plan allows.',
    [452, '5.3'],
    409,
    'give_up',
    'owner',
  ),
  'limit.api_keys': row('There are as many API keys as one account may have.', [452, '5.3'], 409, 'give_up', 'owner'),
  'limit.test_mails': row('There were too many test mails in this hour.', [452, '5.3'], 429, 'retry', 'owner'),

  'tenant.suspended': row(
    'The operator of this relay has suspended this account.',
    [535, '7.8', 'Error: authentication failed'],
    403,
    'hold',
    'owner',
  ),

  // ---- api
  'api.unauthenticated': row('Sign in first.', [530, '7.0'], 401, 'give_up', 'owner'),
  'api.forbidden': row('Your role does not allow this.', [550, '7.1'], 403, 'give_up', 'owner'),
  'api.cross_site': row('This request came from another site.', [550, '7.1'], 403, 'give_up', 'owner'),
  'api.not_found': row('There is nothing here.', [550, '1.1'], 404, 'give_up', 'owner'),
  'api.invalid': row('Something in the request is not valid.', [501, '5.4'], 400, 'give_up', 'owner'),
  'api.conflict': row('This does not fit the present state.', [550, '7.1'], 409, 'give_up', 'owner'),
  'api.too_large': row('The request is too large.', [552, '3.4'], 413, 'give_up', 'owner'),
  'api.rate_limited': row('Too many requests. Wait a little.', [451, '7.0'], 429, 'retry', 'owner'),
  'api.streams_full': row(
    'Too many pages are listening at once. This one asks now and then instead.',
    [451, '7.0'],
    429,
    'retry',
    'owner',
  ),
  'api.content_gone': row('The content of this mail has been destroyed.', [550, '1.1'], 409, 'give_up', 'owner'),

  'front.busy': row(
    'Too many requests at once from your network. Try again in a few seconds.',
    [451, '3.0'],
    429,
    'retry',
    'nobody',
  ),
  'front.unavailable': row(
    'Hikyaku is starting or stopping. Try again in a few seconds.',
    [451, '3.0'],
    503,
    'retry',
    'nobody',
  ),

  // ---- keys and content
  'vault.key_missing': row('A key is missing.', [451, '3.5'], 503, 'retry', 'operator'),
  'vault.key_wrong': row('A key does not fit the data.', [451, '3.5'], 503, 'retry', 'operator'),
  'vault.envelope_changed': row(
    'The mail is not as it was accepted, and was not sent.',
    [451, '3.5'],
    500,
    'quarantine',
    'operator',
  ),
  'mail.unpreparable': row(
    'The mail could not be read without risk to other mail, and was not sent.',
    [451, '3.0'],
    500,
    'quarantine',
    'operator',
  ),
  'mail.preparation_busy': row(
    'The relay is busy; the mail leaves a little later.',
    [451, '3.0'],
    503,
    'retry',
    'operator',
  ),
  'spool.content_damaged': row('The stored mail is damaged.', [451, '3.0'], 500, 'give_up', 'operator'),
  'spool.unavailable': row('The relay cannot store mail at the moment.', [451, '3.0'], 503, 'retry', 'operator'),
  'spool.content_missing': row('The stored mail is missing.', [451, '3.0'], 500, 'retry', 'operator'),

  // ---- database
  'db.unavailable': row('The database does not answer.', [451, '3.0'], 503, 'retry', 'operator'),
  'db.migration_failed': row('The database could not be brought up to date.', [451, '3.5'], 500, 'retry', 'operator'),

  // ---- the queue's store
  'queue.unavailable': row('The relay is busy with itself; it catches up.', [451, '3.0'], 503, 'retry', 'operator'),

  // ---- certificates of our own names
  'certificate.name_unknown': certificateMissing('The name has no address that the certificate authority can find.'),
  'certificate.unreachable': certificateMissing('The certificate authority cannot reach port 80 of the name.'),
  'certificate.other_server': certificateMissing('At port 80 of the name something else answers.'),
  'certificate.limited': row('The certificate authority was asked too often.', [451, '3.5'], 502, 'retry', 'operator'),
  'certificate.refused': certificateMissing('The certificate authority gives no certificate for the name.'),
  'certificate.authority': certificateMissing('The certificate authority did not answer as it should.'),

  // ---- starting
  'config.invalid': row('A setting is not valid.', [451, '3.5'], 500, 'give_up', 'operator'),

  // ---- ours
  'bug.illegal_move': row('Something went wrong on our side.', [451, '3.0'], 500, 'retry', 'developer'),
  'bug.unknown': row('Something went wrong on our side.', [451, '3.0'], 500, 'retry', 'developer'),
} satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_TABLE;
