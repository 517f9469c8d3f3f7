import type { DiagnosisCode } from '@hikyaku/core';
import type { DiagnosisText, DiagnosisValues } from './diagnosis-values.ts';

const quoted = (text: string | null): string => (text ? `“${text}”` : 'nothing');

/** Core's PasswordOddity. */
const SIGNS: Record<string, string> = {
  empty: 'It was empty.',
  too_short: 'Ours have 16: the device may have cut it, or some are missing.',
  too_long: 'Ours have 16: look for one character too many.',
  look_alikes: 'It holds 0, 1, I, L or O, which our passwords never do: look at them again.',
  full_width: 'It holds full-width characters: switch the Japanese input off.',
  other_characters:
    'It holds characters that our passwords never do: it may be the password of your mailbox. Only the password of this device works here.',
  is_username: 'It is the user name once more.',
};
const FITTING = 'It looks like one of ours: one character is mistyped, or it belongs to another device.';

/** English words of every diagnosis. */
export const TEXTS_EN: Record<DiagnosisCode, (values: DiagnosisValues) => DiagnosisText> = {
  'ok.accepted': () => ({ title: 'The mail was accepted', advice: 'Nothing to change.' }),
  'ok.login_only': () => ({
    title: 'The login works',
    advice: 'The device signed in and sent no mail: a login test. Let it send a test mail next.',
  }),
  'tls.wrong_door': ({ port, rightPort }) => ({
    title: 'It works, on the other kind of port',
    advice: `The device speaks TLS from the start, which belongs to port ${rightPort}; it came to port ${port}. We took it all the same. Set port ${rightPort} when you are at the device.`,
    seen: port,
    right: rightPort,
  }),
  'tls.plain_on_tls_door': ({ port, rightPort }) => ({
    title: 'Encryption is off, on a port that needs it',
    advice: `Port ${port} speaks TLS from the start, and the device spoke none. Switch SSL/TLS on, or set port ${rightPort} (STARTTLS).`,
    seen: `port ${port}, no TLS`,
    right: rightPort,
  }),
  'tls.too_old': ({ port, rightPort }) => ({
    title: 'The device speaks an old TLS only',
    advice: rightPort
      ? `Port ${port} takes TLS 1.2 and newer. Set port ${rightPort}: the same kind of encryption, for older devices.`
      : 'Even the port for older devices takes TLS 1.0 at the least. Switch encryption off in the device and allow a login without encryption here, or update its firmware.',
    seen: port,
    right: rightPort,
  }),
  'tls.old': ({ tlsVersion }) => ({
    title: 'It works, with an old encryption',
    advice: `The device encrypts with ${tlsVersion ?? 'TLS 1.0 or 1.1'}, which others can break. Update its firmware where there is one. If it knows a newer encryption, refuse the old one in this device’s settings here.`,
    seen: tlsVersion,
    right: 'TLS 1.2',
  }),
  'tls.old_refused': ({ tlsVersion }) => ({
    title: 'You have refused old encryption for this device',
    advice: `The device signed in over ${tlsVersion ?? 'TLS 1.0 or 1.1'}, and its settings here refuse that. Set TLS 1.2 or newer in the device; or, if it has none, allow old encryption in its settings here.`,
    seen: tlsVersion,
    right: 'TLS 1.2',
  }),
  'tls.certificate_refused': ({ host, chain }) => ({
    title: 'The device refused our certificate',
    advice: `Enter ${host} as the server, exactly so, and no number. Look at the device’s clock, and switch off “verify certificate” if its list of authorities is too old.${chain ? ` It was shown ${chain}, and has to know the last of these.` : ''}`,
    seen: chain,
    right: host,
  }),
  'tls.abandoned': ({ port }) => ({
    title: 'The device left while encryption was being set up',
    advice: `It came to port ${port} and went without a word of why: most often it does not trust our certificate, or wants the other kind of encryption. Try SSL/TLS instead of STARTTLS, or the other way round, with the port that belongs to it.`,
    seen: port,
  }),
  'auth.none': () => ({
    title: 'The device did not sign in',
    advice:
      'Switch SMTP authentication (“SMTP AUTH”, “server requires authentication”) on and enter the user name and password.',
    seen: 'no authentication',
    right: 'LOGIN',
  }),
  'auth.plain_refused': ({ username }) => ({
    title: 'A login without encryption is not allowed for this device',
    advice: `${quoted(username)} signed in without encryption. Switch STARTTLS on in the device; or, if it can do none, allow logins without encryption in this device’s settings here.`,
    seen: 'no encryption',
    right: 'STARTTLS',
  }),
  'auth.mechanism': ({ mechanism }) => ({
    title: 'The device signs in by a way that is not offered',
    advice: `It tried ${quoted(mechanism)}. Set the authentication to LOGIN or PLAIN.`,
    seen: mechanism,
    right: 'LOGIN',
  }),
  'auth.unknown_user': ({ username, rightUsername }) => ({
    title: 'The user name is not known',
    advice: rightUsername
      ? `The device signed in as ${quoted(username)}. The nearest of yours is ${quoted(rightUsername)}.`
      : `The device signed in as ${quoted(username)}. Enter the user name that is shown for this device here.`,
    seen: username,
    right: rightUsername,
  }),
  'auth.mailbox_address_used': ({ username, rightUsername }) => ({
    title: 'The mail address was entered as the user name',
    advice: `The device signed in as ${quoted(username)}. Enter the user name of this device${rightUsername ? `, ${quoted(rightUsername)},` : ''} and its password, not those of the mailbox.`,
    seen: username,
    right: rightUsername,
  }),
  'auth.swapped': ({ rightUsername }) => ({
    title: 'User name and password have changed places',
    advice: `What stood in the password’s field is the user name: ${quoted(rightUsername)}. Enter each in the other’s field.`,
    right: rightUsername,
  }),
  'auth.wrong_password': ({ length, signs, username }) => ({
    title: 'The password is wrong',
    advice: [
      `The user name ${quoted(username)} is right.`,
      length === null ? '' : `The password had ${length} characters.`,
      ...(signs.length ? signs.map((sign) => SIGNS[sign] ?? '') : [FITTING]),
      'Enter it again, or make a new one here.',
    ]
      .filter(Boolean)
      .join(' '),
    seen: length === null ? null : `${length} characters`,
    right: '16 characters',
  }),
  'auth.old_password': ({ oldUntil, isOldStillGood, username }) => ({
    title: isOldStillGood ? 'The device still uses its old password' : 'That is the old password',
    advice: isOldStillGood
      ? `It works until ${oldUntil}, and not after. Enter the new password of ${quoted(username)} before.`
      : `The password of ${quoted(username)} ended${oldUntil ? ` on ${oldUntil}` : ''}. Enter the present one; if you do not have it, make a new one here.`,
    seen: oldUntil && `the password until ${oldUntil}`,
  }),
  'auth.cancelled': () => ({
    title: 'The device gave its login up',
    advice: 'It began to sign in and stopped. Set the authentication to LOGIN, and enter user name and password again.',
    right: 'LOGIN',
  }),
  'auth.empty_user': ({ rightUsername }) => ({
    title: 'The user name is empty',
    advice: `The device signed in without a user name. Enter ${rightUsername ? quoted(rightUsername) : 'the one that is shown for this device here'}.`,
    seen: '(empty)',
    right: rightUsername,
  }),
  'auth.device_disabled': () => ({
    title: 'This device is switched off here',
    advice: 'Its mail is refused until you switch it on again in its settings here.',
  }),
  'address.not_allowed': ({ address }) => ({
    title: 'It came from an address that is not allowed',
    advice: address
      ? `The device sent from ${address}, without signing in. Add that address to those from which it may send here, or let the device sign in.`
      : 'Add the address to those from which this device may send here, or let the device sign in.',
    seen: address,
  }),
  'pop.missing': ({ username }) => ({
    title: 'POP before SMTP is missing',
    advice: `Switch “POP before SMTP” on in the device, with the user name ${quoted(username)}, or let it sign in by SMTP AUTH.`,
  }),
  'pop.expired': () => ({
    title: 'Its POP login is too long ago',
    advice: 'The device must sign in by POP shortly before each mail. Set “POP before SMTP” to every time.',
  }),
  'pop.off': () => ({
    title: 'POP before SMTP is switched off for this device',
    advice:
      'The device signs in by POP and then sends without signing in. Switch POP before SMTP on in its settings here, and enter its recipients there; or let it sign in by SMTP AUTH.',
  }),
  'rcpt.not_allowed': ({ recipient }) => ({
    title: 'This recipient is not allowed',
    advice: `The device wanted to send to ${quoted(recipient)}. Add it to the recipients of this device here, or change it in the device.`,
    seen: recipient,
  }),
  'rcpt.invalid': ({ recipient }) => ({
    title: 'The recipient is not a mail address',
    advice: `The device sent to ${quoted(recipient)}. Enter one whole address, like name@example.com, without blanks in it.`,
    seen: recipient,
  }),
  'rcpt.literal': ({ recipient }) => ({
    title: 'The recipient is at a numeric address',
    advice: `The device sent to ${quoted(recipient)}. Mail services deliver to names only: enter an address like name@example.com.`,
    seen: recipient,
  }),
  'rcpt.too_many': ({ recipient, most }) => ({
    title: 'Too many recipients in one mail',
    advice: `From ${quoted(recipient)} on they were refused${most ? `: a mail may have ${most}` : ''}. Take some out in the device, or use a mailing list.`,
    seen: recipient,
  }),
  'size.too_large': ({ size, limit }) => ({
    title: 'The mail is too large',
    advice: `It had ${size ?? 'more bytes than allowed'}${limit ? `; the limit is ${limit}` : ''}. Set smaller pictures or fewer of them in the device, or raise the limit of this device here.`,
    seen: size,
    right: limit,
  }),
  'data.cut_off': ({ size }) => ({
    title: 'The connection broke in the middle of the mail',
    advice: `${size ?? '0 KB'} had arrived. Look at the line of the device; smaller pictures help where it is weak. The mail was not sent.`,
    seen: size,
  }),
  'data.no_end': ({ size }) => ({
    title: 'The device never ended its mail',
    advice: `${size ?? '0 KB'} arrived, then nothing more. Restart the device; if it stays so, its firmware has a fault that we would like to know of.`,
    seen: size,
  }),
  'data.loop': () => ({
    title: 'The mail goes round in a circle',
    advice: 'It has passed this relay too often: the recipient’s mailbox forwards it back. End the forwarding.',
  }),
  'session.idle': () => ({
    title: 'The device fell silent',
    advice: 'It connected and then said nothing more. Restart it, and try again.',
  }),
  'session.not_smtp': ({ host }) => ({
    title: 'That was no mail program',
    advice: `Something spoke another language than SMTP to this port. In the device, ${host} belongs into the field of the SMTP server.`,
    right: host,
  }),
  'session.too_many_errors': () => ({
    title: 'Too many mistakes in one session',
    advice: 'We ended it. The lines of the session below show what was refused.',
  }),
  'limit.rate': ({ most }) => ({
    title: 'Too much at once',
    advice: `The device sent more than ${most ?? 'a thousand'} mails within a minute, so it was made to wait. Look for what makes it send without end: a contact that bounces, a detection that never rests, a program in a loop.`,
  }),
  'limit.connections': () => ({
    title: 'Too many connections at once',
    advice: 'From this address there are more connections than we allow. Restart the device if it leaves them open.',
  }),
  'limit.waiting_mail': () => ({
    title: 'Too much mail waits already',
    advice: 'The mailbox cannot send, and what waits for it has reached the limit. Connect the mailbox again first.',
  }),
  'limit.mails_per_day': () => ({
    title: 'The day’s number of mails is used up',
    advice:
      'All devices together have sent as many mails in 24 hours as the plan allows. Look in the log for the device that sends most and let it send less, or ask whoever runs this relay for more.',
  }),
  'service.unavailable': () => ({
    title: 'It is our fault',
    advice: 'The relay could not take it at the moment. There is nothing to change in the device; it may try again.',
  }),
  'mailbox.reconnect': ({ mailbox }) => ({
    title: 'The mailbox must be connected again',
    advice: `${mailbox ?? 'The mailbox'} no longer lets us send. Connect it again here: what waits is sent then, and nothing is lost.`,
    seen: mailbox,
  }),
  'mailbox.admin_blocked': ({ mailbox }) => ({
    title: 'The administrator does not allow it',
    advice: `Ask the administrator of ${mailbox ?? 'the mailbox'} to approve Hikyaku. The mail waits.`,
    seen: mailbox,
  }),
  'mailbox.account_blocked': ({ mailbox }) => ({
    title: 'The provider has blocked the account',
    advice: `Sign in to ${mailbox ?? 'the mailbox'} in a browser and follow what the provider asks for. The mail waits.`,
    seen: mailbox,
  }),
  'mailbox.full': ({ mailbox }) => ({
    title: 'The mailbox is full',
    advice: `Delete mail in ${mailbox ?? 'the mailbox'}, “Sent” and “Deleted” too. The mail waits.`,
    seen: mailbox,
  }),
  'mailbox.login_refused': ({ mailbox }) => ({
    title: 'The mail server refuses the mailbox’s password',
    advice: `Enter the password of ${mailbox ?? 'the mailbox'} anew here; some services want an app password. The mail waits.`,
    seen: mailbox,
  }),
  'mailbox.server': ({ mailbox }) => ({
    title: 'The mail server of the mailbox cannot be reached',
    advice: `Look at server, port and encryption of ${mailbox ?? 'the mailbox'} here. The mail waits and is tried again.`,
    seen: mailbox,
  }),
  'mailbox.daily_limit': ({ mailbox, next }) => ({
    title: 'The mailbox has reached its daily limit',
    advice: `The provider takes no more from ${mailbox ?? 'the mailbox'} for now${next ? `; we try again at ${next}` : ''}. A digest for busy devices, or a second mailbox, helps.`,
    seen: mailbox,
  }),
  'mailbox.slowed': ({ next }) => ({
    title: 'The provider asked us to wait',
    advice: `The mail waits and is tried again${next ? ` at ${next}` : ''} by itself. Nothing to change.`,
  }),
  'mail.recipient_refused': ({ recipient }) => ({
    title: 'The recipient was refused',
    advice: `The provider does not deliver to ${quoted(recipient)}. Correct the address in the device or in its recipients here.`,
    seen: recipient,
  }),
  'mail.refused': () => ({
    title: 'The provider refused the mail',
    advice: 'Its words are below, at the attempt. You can send it again while its content is kept.',
  }),
  'mail.sender_refused': ({ mailbox }) => ({
    title: 'The server does not let this account send as this address',
    advice: `Allow the account to send as ${mailbox ?? 'the address'} at the mail service, or connect the mailbox by its own address.`,
    seen: mailbox,
  }),
  'mail.channel_refused': ({ mailbox }) => ({
    title: 'The channel does not take this device’s pictures',
    advice: `${mailbox ?? 'The channel'} was removed at the service, or its key is no longer valid. Send a test of it under Alerts, add it anew if that fails, choose it in the device’s settings, and send this again.`,
    seen: mailbox,
  }),
  'mail.too_large': ({ size }) => ({
    title: 'The mail is larger than the provider takes',
    advice: `It has ${size}. Sending it again will not help: set smaller pictures or fewer of them in the device.`,
    seen: size,
  }),
  'mail.in_doubt': ({ next }) => ({
    title: 'Nobody knows whether it arrived',
    advice: `It was handed over and no answer came. We try again${next ? ` at ${next}` : ''}; it may arrive twice.`,
  }),
  'mail.expired': () => ({
    title: 'It could not be sent in time',
    advice: 'We tried for two days. See to what kept it, then send it again while its content is kept.',
  }),
  'mail.cancelled': () => ({
    title: 'It was cancelled',
    advice: 'Somebody took it out of the way here. It can be sent again while its content is kept.',
  }),
  'mail.left_out': () => ({
    title: 'A rule of yours left it out',
    advice: 'The rules of the device say not to send such mail. Change them if you want it.',
  }),
  'mail.unconfirmed': () => ({
    title: 'It waits for your word about a new recipient',
    advice:
      'The device has not written to this address before, and it knows ten others already. Allow or refuse the address on the page of the device. After seven days without a word it is not sent there.',
  }),
  'mail.damaged': () => ({
    title: 'The stored mail could not be read',
    advice: 'It is our fault, and it is set aside. The operator has been told.',
  }),
};
