/** What an alert is about. Read by browsers too: this file imports nothing. */
export type AlertSubject = 'mailbox' | 'device';

/** One kind of thing that an owner is told of without having asked. */
export interface AlertKind {
  about: AlertSubject;
  severity: 'error' | 'warning';
  /**
   * Milliseconds without a repetition after which it is over by itself: of things that happen and do not last. Null: it lasts until the outbox, or a look at
   * the tables, says that it is over.
   */
  endsAfterMs: number | null;
  /** Milliseconds between its beginning and its first telling: what ends by itself within that time is not told, and several of a kind are told at once. */
  waitMs: number;
}

const SECOND = 1000;
const HOUR = 3_600_000;

const kind = (about: AlertSubject, severity: AlertKind['severity'], waitMs: number, endsAfterMs: number | null) =>
  ({ about, severity, waitMs, endsAfterMs }) satisfies AlertKind;

/** Every alert there is. Its words in both languages are services' `alerts/texts-*`. */
export const ALERTS = {
  /** It cannot send until somebody connects it again, or its administrator does something. */
  'mailbox.lost': kind('mailbox', 'error', 10 * SECOND, null),
  /** Its oldest waiting mail is older than ten minutes. */
  'mailbox.behind': kind('mailbox', 'warning', 0, null),
  /** Four fifths of what its mail may use of a day's sends are used. */
  'mailbox.day_near': kind('mailbox', 'warning', 0, 24 * HOUR),
  /** The provider takes no more today, or what it takes is kept for tests and first mails after quiet. */
  'mailbox.daily_limit': kind('mailbox', 'warning', 10 * SECOND, 24 * HOUR),
  /** It worked, and now its login or its mail is refused; or five times in a row, if it never worked. */
  'device.refused': kind('device', 'error', 60 * SECOND, null),
  /** It has been silent for longer than its owner said it would be. */
  'device.silent': kind('device', 'warning', 60 * SECOND, null),
  /** A mail of it failed for good, ran out of time or was put aside. */
  'mail.failed': kind('device', 'error', 60 * SECOND, 24 * HOUR),
  /** A mail of it was handed over, and came back: the recipient's server does not take it. */
  'mail.bounced': kind('device', 'error', 60 * SECOND, 24 * HOUR),
} as const satisfies Record<string, AlertKind>;

export type AlertCode = keyof typeof ALERTS;

export const isAlertCode = (code: string): code is AlertCode => Object.hasOwn(ALERTS, code);

/** Milliseconds after its first telling at which an alert that goes on is told again. Twice, and no more: a second voice, never a nuisance. */
export const REMIND_AFTER_MS = [24 * HOUR, 6 * 24 * HOUR];

/** What one telling says of an alert. */
export type AlertTelling = 'began' | 'goes_on' | 'ended';

/** How an alert is told of. `mail` needs the operator's SYSTEM_SMTP_URL; `mailbox` is mail by a mailbox of the tenant's own; `push` goes to one browser. */
export const CHANNEL_KINDS = [
  'mail',
  'mailbox',
  'webhook',
  'slack',
  'slack_bot',
  'discord',
  'teams',
  'telegram',
  'line',
  'mqtt',
  'push',
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Channels that a mail's own subject and pictures may go to, where the owner of a device wants that. */
export const CONTENT_CHANNEL_KINDS = [
  'telegram',
  'discord',
  'line',
  'slack',
  'slack_bot',
  'webhook',
  'mqtt',
] as const satisfies readonly ChannelKind[];
export type ContentChannelKind = (typeof CONTENT_CHANNEL_KINDS)[number];

/** What keeps a channel from telling. */
export const CHANNEL_FAILURES = [
  'host_refused',
  'unreachable',
  'unauthorized',
  'gone',
  /** The address leads on to another one, which is not followed. */
  'moved',
  /** The host cannot show by its certificate that it is that host. */
  'certificate',
  'throttled',
  'refused',
  'failing',
  /** No mailbox of the tenant can send. */
  'no_mailbox',
] as const;
export type ChannelFailure = (typeof CHANNEL_FAILURES)[number];

/** Milliseconds until the next try of something that a channel did not take, by tries so far; then it is given up. In all about two days. */
const TRY_AGAIN_MS = [60_000, 300_000, HOUR / 2, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];

/** Milliseconds until the next try after `tries`; null when it is given up. A receiver's own wait counts where it is longer, up to a day. */
export function nextTryMs(tries: number, failure: ChannelFailure, retryAfterMs = 0): number | null {
  // What the receiver will never take is not tried again: somebody has to change the channel.
  if (failure === 'gone' || failure === 'host_refused') return null;
  const plan = TRY_AGAIN_MS[tries - 1];
  return plan === undefined ? null : Math.max(plan, Math.min(retryAfterMs, 24 * HOUR));
}
