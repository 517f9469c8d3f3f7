import type { DiagnosisText, DiagnosisValues } from './diagnosis-values.ts';

const quoted = (text: string | null): string => (text ? `“${text}”` : 'nothing');

/** What is left to say of a mail whose time of grace is over. */
const GONE = 'It cannot be sent again: its content has been destroyed.';

/** English words of the diagnoses of a mail that is not sent. */
export const MAIL_TEXTS_EN = {
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
    title: 'The provider does not take it for now',
    advice: `The mail waits and is tried again${next ? ` at ${next}` : ''} by itself. Nothing to change.`,
  }),
  'mail.recipient_refused': ({ recipient }) => ({
    title: 'The recipient was refused',
    advice: `The provider does not deliver to ${quoted(recipient)}. Correct the address in the device or in its recipients here.`,
    seen: recipient,
  }),
  'mail.refused': ({ isContentGone }) => ({
    title: 'The provider refused the mail',
    advice: `Its words are below, at the attempt. ${isContentGone ? GONE : 'You can send it again while its content is kept.'}`,
  }),
  'mail.sender_refused': ({ mailbox }) => ({
    title: 'The server does not let this account send as this address',
    advice: `Allow the account to send as ${mailbox ?? 'the address'} at the mail service, or connect the mailbox by its own address.`,
    seen: mailbox,
  }),
  'mail.channel_refused': ({ mailbox, isContentGone }) => ({
    title: 'The channel does not take this device’s pictures',
    advice: `${mailbox ?? 'The channel'} was removed at the service, or its key is no longer valid. Send a test of it under Alerts, add it anew if that fails${isContentGone ? ' and choose it in the device’s settings' : ', choose it in the device’s settings, and send this again'}.`,
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
  'mail.delayed': ({ next }) => ({
    title: 'It is late by our fault',
    advice: `The relay could not send it yet. It is kept, and tried again${next ? ` at ${next}` : ''} by itself. Nothing to change.`,
  }),
  'mail.expired': ({ isContentGone }) => ({
    title: 'It could not be sent in time',
    advice: `We tried for two days. ${isContentGone ? GONE : 'See to what kept it, then send it again while its content is kept.'}`,
  }),
  'mail.cancelled': ({ isContentGone }) => ({
    title: 'It was cancelled',
    advice: `Somebody took it out of the way here. ${isContentGone ? GONE : 'It can be sent again while its content is kept.'}`,
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
} satisfies Record<string, (values: DiagnosisValues) => DiagnosisText>;
