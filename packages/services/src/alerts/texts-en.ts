import { type AlertCode, type BounceReason, mendOf } from '@hikyaku/core';
import { type AlertText, type AlertValues, bounceReasonOf, type NoteWords } from './alert-text.ts';

/** English words of every alert. */
export const ALERTS_EN: Record<AlertCode, (values: AlertValues) => AlertText> = {
  'mailbox.lost': ({ name, facts }) => ({
    title: `${name} cannot send any more`,
    advice:
      mendOf(String(facts.code)) === 'try_again'
        ? 'The provider has blocked it. New mail of its devices waits and is not lost; a device with a second mailbox sends by that one meanwhile. Look at the mailbox’s page for what to do, then press “try again” there.'
        : 'New mail of its devices waits and is not lost; a device with a second mailbox sends by that one meanwhile. Open the mailbox’s page and connect it again: then everything that waits is sent.',
  }),
  'mailbox.behind': ({ name, since, facts, isChannel }) => ({
    title: isChannel ? `Pictures for ${name} are late` : `Mail of ${name} is late`,
    advice: isChannel
      ? `What should have gone there at ${since} still waits. We try again by ourselves, for two days in all; the delivery log says why. Send a test to ${name} under Alerts: it shows whether the service takes it. If more comes than it takes, let cameras send less often.`
      : facts.isPutOff
        ? `Mail that should have left at ${since} still waits: it was tried, and did not get through. We try again by ourselves, for two days in all; the delivery log says why. If it goes on, give its devices another mailbox.`
        : `Its oldest mail should have left at ${since}. More mail comes than the provider takes a minute: let cameras send less often, or give some of them another mailbox.`,
  }),
  'mailbox.day_near': ({ name, facts }) => ({
    title: `${name} will soon have sent what its provider allows in a day`,
    advice: `It sent ${facts.sent} of ${facts.perDay} in 24 hours. Soon its mail will wait. Let cameras send less often, or give some of them another mailbox.`,
  }),
  'mailbox.daily_limit': ({ name, facts }) => ({
    title: `${name} has sent as much as its provider allows in a day`,
    advice: `Further mail waits until the limit ends and is then sent.${
      facts.perDay
        ? ' The first mail of a camera that was quiet still leaves at once: a part of the day is kept for it.'
        : ''
    } Let cameras send less often, or give some of them another mailbox.`,
  }),
  'device.refused': ({ name, facts }) => ({
    title: facts.hasWorked ? `${name} does not get in any more` : `${name} does not get in`,
    advice: 'It reached us and was refused. Its page says what it sent and what to set in it.',
  }),
  'device.silent': ({ name, since, facts }) => ({
    title: `${name} is silent`,
    advice: `Its last mail came at ${since}.${facts.isUsual === true ? ` It is not usually silent for ${String(facts.hours)} hours; if that is how it should be, set in its settings when you want to be told.` : ''} Check that it has power and network; a test mail from it shows whether it still reaches us.`,
  }),
  'mail.failed': ({ name, count }) => ({
    title:
      count === 1 ? `A mail of ${name} could not be delivered` : `${count} mails of ${name} could not be delivered`,
    advice: 'The delivery log says why, and whether sending it again can help.',
  }),
  'mail.bounced': ({ name, count, facts }) => ({
    title:
      count === 1
        ? `A mail of ${name} came back: its recipient did not get it`
        : `Mail of ${name} came back: ${count} reports of recipients who did not get it`,
    // Reports of one mail, or of several, each with a reason of its own.
    advice: `${count === 1 ? '' : 'The newest report: '}${BOUNCED[bounceReasonOf(facts.reason)]} The delivery log says which recipient it is.`,
  }),
};

/** What is wrong and what to do, by why a mail came back. */
const BOUNCED: Record<BounceReason, string> = {
  unknown_recipient: 'Nobody has this address. Check its spelling in the device’s settings.',
  recipient_closed:
    'The recipient’s mailbox is closed or takes no mail. Ask the recipient, or choose another address in the device’s settings.',
  mailbox_full:
    'The recipient’s mailbox is full. Mail has to be deleted there; smaller pictures or fewer alerts help for longer.',
  unknown_domain:
    'What stands behind the @ does not exist or takes no mail. Check the spelling of the address in the device’s settings.',
  too_large: 'The mail is larger than the recipient’s service takes. Set smaller pictures or clips in the device.',
  sender_refused:
    'The recipient’s service does not believe the sender’s address. At your own domain SPF, DKIM or DMARC are missing or wrong: whoever looks after the domain can mend them.',
  sender_limit:
    'The mailbox has sent too much, or its own service has blocked it. Sign in to the mailbox at its service and see what it says. Let cameras send less often.',
  policy:
    'The recipient’s service took the mail for spam, or a rule there forbids it. Ask the recipient to let mail from your mailbox’s address pass, or send to another address.',
  unreachable:
    'The recipient’s server did not answer for days. Check the spelling of the address; if it is right, the recipient’s service has to mend it.',
  other: 'The recipient’s server did not take the mail. What it said is with the mail.',
};

export const NOTE_EN: NoteWords = {
  gone: 'Something that was removed',
  several: (count) => `Hikyaku: ${count} messages about your devices`,
  ended: (title) => `Over: ${title}`,
  goesOn: (title) => `Still so: ${title}`,
  test: {
    title: 'Hikyaku: a test',
    advice: 'If you can read this, alerts will reach you here.',
  },
};
