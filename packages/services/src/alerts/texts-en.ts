import type { AlertCode } from '@hikyaku/core';
import type { AlertText, AlertValues, NoteWords } from './alert-text.ts';

/** English words of every alert. */
export const ALERTS_EN: Record<AlertCode, (values: AlertValues) => AlertText> = {
  'mailbox.lost': ({ name, facts }) => ({
    title: `${name} cannot send any more`,
    advice:
      facts.code === 'upstream.admin_blocked' || facts.code === 'upstream.account_blocked'
        ? 'The provider has blocked it. New mail of its devices waits and is not lost. Look at the mailbox’s page for what to do, then press “try again” there.'
        : 'New mail of its devices waits and is not lost. Open the mailbox’s page and connect it again: then everything that waits is sent.',
  }),
  'mailbox.behind': ({ name, since }) => ({
    title: `Mail of ${name} is late`,
    advice: `Its oldest mail should have left at ${since}. More mail comes than the provider takes a minute: let cameras send less often, or give some of them another mailbox.`,
  }),
  'mailbox.day_near': ({ name, facts }) => ({
    title: `${name} will soon have sent what its provider allows in a day`,
    advice: `It sent ${facts.sent} of ${facts.perDay} in 24 hours. Soon its mail will wait. Let cameras send less often, or give some of them another mailbox.`,
  }),
  'mailbox.daily_limit': ({ name, facts }) => ({
    title: `${name} has sent as much as its provider allows in a day`,
    advice: `Further mail waits until the limit ends and is then sent.${
      facts.perDay ? ' The first mail of a camera that was quiet still leaves: a part of the day is kept for it.' : ''
    } Let cameras send less often, or give some of them another mailbox.`,
  }),
  'device.refused': ({ name, facts }) => ({
    title: facts.hasWorked ? `${name} does not get in any more` : `${name} does not get in`,
    advice: 'It reached us and was refused. Its page says what it sent and what to set in it.',
  }),
  'device.silent': ({ name, since }) => ({
    title: `${name} is silent`,
    advice: `Its last mail came at ${since}. Look whether it has power and network; a test mail from it shows whether it still reaches us.`,
  }),
  'mail.failed': ({ name, count }) => ({
    title:
      count === 1 ? `A mail of ${name} could not be delivered` : `${count} mails of ${name} could not be delivered`,
    advice: 'The delivery log says why, and whether sending it again can help.',
  }),
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
