import type { DiagnosisCode } from '@hikyaku/core';
import type { DiagnosisText, DiagnosisValues } from './diagnosis-values.ts';
import { MAIL_TEXTS_EN } from './mail-texts-en.ts';

const quoted = (text: string | null): string => (text ? `“${text}”` : 'nothing');

/** Core's PasswordOddity. */
const SIGNS: Record<string, string> = {
  empty: 'It was empty.',
  too_short: 'Ours have 16: the device may have cut it, or some are missing.',
  too_long: 'Ours have 16: there are some too many.',
  look_alikes: 'It holds 0, 1, I, L or O, which our passwords never do: look at them again.',
  // They were taken as what they mean, so that this is not what was wrong.
  full_width: 'Its full-width characters were read as plain ones.',
  other_characters:
    'It holds characters that our passwords never do: it may be the password of your mailbox. Only the password of this device works here.',
  as_username: 'It stands in the field for the user name.',
  is_username: 'It is the user name once more.',
  twice: 'Ours have 16: it is there twice.',
  app_password:
    'It has the form of a mail service’s app password, as Google issues them. Only the password of this device works here.',
  masked:
    'It was nothing but dots or asterisks: the device sent what its form shows. Type the password itself before you save.',
};
const FITTING = 'It looks like one of ours: a character is mistyped, or it is an earlier one.';

/** By the device's mode of recipients, where it is not a list. */
const RECIPIENT_RULES: Record<string, string> = {
  device:
    'It knows ten recipients already, and as many as may wait for your word do: allow or refuse those on the page of the device.',
  domains:
    'Only addresses at certain domains are allowed for this device. Add the domain here, or change the recipient in the device.',
  replace: 'Its mail goes to a list of yours instead, and that list is empty: fill it in here.',
};

/** English words of every diagnosis. */
/** What else speaks to us, by its own name. */
const LANGUAGES: Record<string, string> = {
  HTTP: ', the language of browsers and of services on the web',
  RTSP: ', by which cameras are asked for their pictures',
  SIP: ', the language of telephones and door stations',
  IMAP: ', by which mail is fetched: for sending, choose SMTP',
  SSH: ', by which people log in to computers',
};

export const TEXTS_EN: Record<DiagnosisCode, (values: DiagnosisValues) => DiagnosisText> = {
  'ok.accepted': () => ({ title: 'The mail was accepted', advice: 'Nothing to change.' }),
  'ok.login_only': () => ({
    title: 'The login works',
    advice: 'The device signed in and sent no mail: a login test. Let it send a test mail next.',
  }),
  'ok.pop_login': () => ({
    title: 'The POP login works',
    advice:
      'The device signed in by POP. Where POP before SMTP is switched on for it here, its mail is taken from the same address without a login for a while.',
  }),
  'tls.wrong_door': ({ port, rightPort }) => ({
    title: 'It works, on the other kind of port',
    advice: `The device speaks TLS from the start, which belongs to port ${rightPort}; it came to port ${port}. We took it all the same. Set port ${rightPort} when you are at the device.`,
    seen: port,
    right: rightPort,
  }),
  'tls.plain_on_tls_door': ({ port, rightPort, isPop }) => ({
    title: 'Encryption is off, on a port that needs it',
    advice: `Port ${port} speaks TLS from the start, and the device spoke none. Switch SSL/TLS on, or set port ${rightPort} (${isPop ? 'POP without SSL/TLS' : 'STARTTLS'}).`,
    seen: `port ${port}, no TLS`,
    right: rightPort,
  }),
  'tls.too_old': ({ port, rightPort }) => ({
    title: 'The device’s encryption is too old',
    advice: rightPort
      ? `Port ${port} takes TLS 1.2 and newer, with the ciphers of today; the device has neither or only one of them. Set port ${rightPort}: the same kind of encryption, for older devices.`
      : 'Even the port for older devices wants TLS 1.0 and AES at the least, and the device has only something older (SSL 3.0, RC4, 3DES). Switch encryption off in the device and allow a login without encryption here, or update its firmware.',
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
    title: 'Encryption was begun and never finished',
    advice: `The device came to port ${port}, began encryption, and left or fell silent without a word of why: most often it does not trust our certificate, or wants the other kind of encryption. Try SSL/TLS instead of STARTTLS, or the other way round, with the port that belongs to it.`,
    seen: port,
  }),
  'tls.at_once': ({ port, rightPort }) => ({
    title: 'The device speaks TLS from the start, on a STARTTLS port',
    advice: `It belongs on port ${rightPort} and came to port ${port}, where such a first attempt is lost. Set port ${rightPort}. If the device tries again by itself, we take it on this port all the same.`,
    seen: port,
    right: rightPort,
  }),
  'tls.unreadable': ({ port, rightPort, isRightTls }) => ({
    title: 'What came in place of encryption could not be read',
    advice: `On port ${port} encryption was to begin, and the device sent something else. Set ${isRightTls ? 'SSL/TLS (not STARTTLS)' : 'STARTTLS (not SSL/TLS)'} with port ${rightPort}; if that fails too, update its firmware, or switch encryption off in the device and allow a login without encryption here.`,
    seen: port,
    right: rightPort,
  }),
  'tls.left_after': ({ host, port }) => ({
    title: 'Nothing came once encryption was set up',
    advice: `The device came to port ${port}, and did not say a word in the encrypted session. Most often it looked at our certificate and did not like it: enter ${host} as the server, exactly so, and no number; look at the device’s clock; switch off “verify certificate” if there is such a switch. A mere test of the connection looks the same.`,
    seen: port,
    right: host,
  }),
  'auth.none': () => ({
    title: 'The device did not sign in',
    advice:
      'Switch SMTP authentication (“SMTP AUTH”, “server requires authentication”) on and enter the user name and password.',
    seen: 'no authentication',
    right: 'LOGIN',
  }),
  'auth.plain_refused': ({ username, isPop, rightPort }) => ({
    title: 'A login without encryption is not allowed for this device',
    advice: `${quoted(username)} signed in without encryption. Switch ${isPop ? 'SSL/TLS for POP' : 'STARTTLS'} on in the device${rightPort === null ? '' : isPop ? `, with port ${rightPort}` : `, or SSL/TLS with port ${rightPort}`}; or, if it can do none, allow logins without encryption in this device’s settings here.`,
    seen: 'no encryption',
    right: isPop ? 'SSL/TLS' : 'STARTTLS',
  }),
  'auth.mechanism': ({ mechanism, isPop }) => ({
    title: 'The device signs in by a way that is not offered',
    advice: isPop
      ? `It tried ${quoted(mechanism)}. Switch APOP or “secure authentication” for POP off: the user name and the password are to be sent as they are.`
      : `It tried ${quoted(mechanism)}. Set the authentication to LOGIN or PLAIN.`,
    seen: mechanism,
    right: isPop ? 'USER' : 'LOGIN',
  }),
  'auth.unknown_user': ({ username, rightUsername, nearestUsername }) => ({
    title: 'The user name is not known',
    advice: nearestUsername
      ? `The device signed in as ${quoted(username)}. The nearest of yours is ${quoted(nearestUsername)}: enter that, and nothing else in this field.`
      : `The device signed in as ${quoted(username)}. Enter the user name of this device${rightUsername ? `, ${quoted(rightUsername)}` : ', as it is shown here'}.`,
    seen: username,
    right: nearestUsername ?? rightUsername,
  }),
  'auth.mailbox_address_used': ({ username, rightUsername }) => ({
    title: 'The mail address was entered as the user name',
    advice: `The device signed in as ${quoted(username)}. Enter the user name of this device${rightUsername ? `, ${quoted(rightUsername)},` : ''} and its password, not those of the mailbox.`,
    seen: username,
    right: rightUsername,
  }),
  'auth.swapped': ({ rightUsername, signs }) => ({
    title: signs.includes('as_username')
      ? 'The password stands in the field for the user name'
      : 'User name and password have changed places',
    advice: signs.includes('as_username')
      ? `What stood in the user name’s field is the password. Enter ${rightUsername ? quoted(rightUsername) : 'the user name that is shown for this device here'} there, and the password in its own field.`
      : `What stood in the password’s field is the user name: ${quoted(rightUsername)}. Enter each in the other’s field.`,
    right: rightUsername,
  }),
  'auth.wrong_password': ({ length, signs, username, passwordOf }) => ({
    title: 'The password is wrong',
    advice: [
      `The user name ${quoted(username)} is right.`,
      ...(passwordOf
        ? [`The password is that of another device of yours, ${quoted(passwordOf)}.`]
        : [
            length === null || signs.includes('empty') || signs.includes('masked')
              ? ''
              : `The password had ${length} characters.`,
            ...signs.map((sign) => SIGNS[sign] ?? ''),
            signs.every((sign) => sign === 'full_width') ? FITTING : '',
          ]),
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
  'auth.cancelled': ({ username, isPop }) => ({
    title: 'The device gave its login up',
    advice: username
      ? `It gave the right user name, ${quoted(username)}, and no password. Enter the password of this device again, and save.`
      : `It began to sign in and stopped. ${isPop ? '' : 'Set the authentication to LOGIN, and enter'}${isPop ? 'Enter' : ''} user name and password again.`,
    seen: username,
    right: username || isPop ? null : 'LOGIN',
  }),
  'auth.malformed': ({ mechanism }) => ({
    title: 'The login could not be read',
    advice: `What the device sent for ${quoted(mechanism)} has not the form of a login, whatever was typed into it. Set the authentication to LOGIN, enter user name and password once more, and save; if it stays so, its firmware has a fault that we would like to know of.`,
    seen: mechanism,
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
  'auth.device_deleted': ({ username, rightUsername }) => ({
    title: 'It belongs to a device that was deleted here',
    advice: `${quoted(username)} is the user name of a device that was deleted here. ${rightUsername ? `Enter those of this device, ${quoted(rightUsername)} and its password.` : 'Add the device anew, and enter the user name and the password that are shown then.'}`,
    seen: username,
    right: rightUsername,
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
  'rcpt.not_allowed': ({ recipient, scope }) => ({
    title: 'This recipient is not allowed',
    advice: `The device wanted to send to ${quoted(recipient)}. ${RECIPIENT_RULES[scope ?? ''] ?? 'Add it to the recipients of this device here, or change it in the device.'}`,
    seen: recipient,
  }),
  'rcpt.invalid': ({ recipient }) => ({
    title: 'The recipient is not a mail address',
    advice: `${recipient ? `The device sent to ${quoted(recipient)}.` : 'The device named no address as recipient.'} Enter one whole address, like name@example.com, without blanks${recipient && /[^ -~]/.test(recipient) ? ', full-width or Japanese characters' : ''} in it.`,
    seen: recipient || '(empty)',
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
  'rcpt.none': () => ({
    title: 'The device named no recipient',
    advice: 'It signed in, began a mail, and said nobody to send it to. Enter a recipient in the device.',
    seen: '(empty)',
  }),
  'size.too_large': ({ size, limit, scope }) => ({
    title: 'The mail is too large',
    advice: `It has ${size ?? 'more bytes than allowed'}${limit ? `; the limit ${scope === 'relay' ? 'for all devices ' : ''}is ${limit}` : ''}. Set smaller pictures or fewer of them in the device${scope === 'relay' ? '' : ', or raise the limit of this device here'}.`,
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
  'data.none': () => ({
    title: 'The device left before the mail itself',
    advice:
      'It signed in and began a mail, and the session ended before the mail itself came. Let it send a test mail; if it is a test of its own that does this, all is well.',
  }),
  'data.loop': () => ({
    title: 'The mail goes round in a circle',
    advice: 'It has passed this relay too often: the recipient’s mailbox forwards it back. End the forwarding.',
  }),
  'session.idle': ({ said }) => ({
    title: 'The device fell silent',
    advice: said
      ? `It greeted us as ${quoted(said)}, and did not sign in within the time for that, so that we ended the session. What it said last is below. Restart it, and try again.`
      : 'It connected, and no whole line of it came in time, so that we ended the session. Restart it, and try again.',
    seen: said,
  }),
  'session.left': ({ port, rightPort, isPop, isRightPop }) => ({
    title: 'The device left without a word',
    advice:
      isPop && !isRightPop
        ? `It connected to port ${port}, which is for POP logins, and left before it had said anything. If it was to send mail, set port ${rightPort} for the SMTP server. A mere test of the connection looks the same.`
        : rightPort
          ? `It connected to port ${port}, where encryption is the first thing, and left. If it waited for a greeting, its encryption is off: switch SSL/TLS on, or set port ${rightPort} (${isPop ? 'POP without SSL/TLS' : 'STARTTLS'}). A mere test of the connection looks the same.`
          : `It connected to port ${port} and left before it had said anything: a test of the connection, or it gave up. If no mail follows, let it send a test mail and look here again.`,
    seen: port,
    right: rightPort,
  }),
  'session.greeted_only': ({ said, isPop }) => ({
    title: 'The device only looked whether we are there',
    advice: `${said ? `It greeted us as ${quoted(said)}` : 'It connected'} and left without signing in, and without a mail. Many devices test a server so. ${isPop ? 'If no login follows, enter user name and password for POP in the device.' : 'If no mail follows: switch SMTP authentication on in the device, by LOGIN or PLAIN (no CRAM-MD5, NTLM or OAuth), and enter user name and password.'}`,
    seen: said,
  }),
  'session.command_refused': ({ said, reply }) => ({
    title: 'The device said something that is not taken',
    advice: `It signed in and sent ${quoted(said)}; the answer was ${quoted(reply)}. No mail came of it. Look at the fields for sender and recipient in the device: one whole address in each, like name@example.com. If they are right, its firmware has a fault that we would like to know of.`,
    seen: said,
  }),
  'session.smtp_on_pop': ({ port, rightPort }) => ({
    title: 'The device sends mail to the port for POP',
    advice: `Port ${port} is for POP logins only. For sending (SMTP) set port ${rightPort}.`,
    seen: port,
    right: rightPort,
  }),
  'session.pop_on_smtp': ({ port, rightPort }) => ({
    title: 'The device signs in as for fetching mail, at the port for sending',
    advice: `It said USER or PASS, as POP does (and FTP), on port ${port}, which is for sending mail. If it knows POP before SMTP, set port ${rightPort ?? '(none is open here)'} for POP; for sending, look that the kind of server is SMTP.`,
    seen: port,
    right: rightPort,
  }),
  'session.not_smtp': ({ host, port, said }) => ({
    title: 'That was no mail program',
    advice: `${said === null ? `Something spoke another language than that of mail to port ${port}: a browser, a scanner, another service of the device.` : `What came to port ${port} was ${said}${LANGUAGES[said] ?? ''}.`} In the device, ${host} and this port belong into the fields of the SMTP server, and nowhere else.`,
    seen: said ?? port,
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
  'limit.connections': ({ scope }) => ({
    title: 'Too many connections at once',
    advice:
      scope === 'tenant'
        ? 'All your devices together have as many connections open as we allow. Restart those that leave them open.'
        : 'At that moment there were more connections, from this address or in all, than we take. The device may try again; restart it if it leaves connections open.',
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
  ...MAIL_TEXTS_EN,
};
