import type { DayLimit } from '@hikyaku/core';
import { isPersonal } from './microsoft/account-kind.ts';
import { providerOf } from './provider-of.ts';

/** How fast one provider account may be used (facts, providers 3). */
export interface Pace {
  burst: number;
  perMinute: number;
  inFlight: number;
  /** Null: no number is known. */
  day: DayLimit | null;
}

export interface PaceSettings {
  MICROSOFT_BURST: number;
  MICROSOFT_PER_MINUTE: number;
  GOOGLE_BURST: number;
  GOOGLE_PER_MINUTE: number;
  OUTLOOK_PER_DAY: number;
  MICROSOFT_365_PER_DAY: number;
  GMAIL_PER_DAY: number;
  WORKSPACE_PER_DAY: number;
}

/** Domains of Google's free accounts; any other is a Workspace's. */
const GMAIL = /@(?:gmail|googlemail)\.com$/i;

/** Four at once is clean at Graph, the fifth is refused (429 MailboxConcurrency). */
const MICROSOFT_IN_FLIGHT = 4;
/** Gmail answers "Too many concurrent requests for user" without a published number. */
const GOOGLE_IN_FLIGHT = 2;
/** Providers' SMTP servers take three connections of one account at the least; one is left for its owner. */
const SMTP: Pace = { burst: 20, perMinute: 30, inFlight: 2, day: null };
/** Chats take one message a second, twenty a minute in a group (Telegram), thirty a minute from a webhook (Discord). */
const CHANNEL: Pace = { burst: 5, perMinute: 20, inFlight: 1, day: null };

/** What a provider counts of a day's sends. */
export const dayCounts = (accountKey: string): DayLimit['counts'] =>
  providerOf(accountKey) === 'microsoft' ? 'recipients' : 'mails';

/** The pace of an account by its key (`microsoft:…`, `google:…`, `smtp:…`, `channel:…`) and its address; without one, that of the smaller kind. Microsoft counts a day's recipients, Google its mails. */
export function paceOf(accountKey: string, address: string | null, settings: PaceSettings): Pace {
  const provider = providerOf(accountKey);
  if (provider === 'microsoft') {
    const perDay = isPersonal(accountKey) ? settings.OUTLOOK_PER_DAY : settings.MICROSOFT_365_PER_DAY;
    return {
      burst: settings.MICROSOFT_BURST,
      perMinute: settings.MICROSOFT_PER_MINUTE,
      inFlight: MICROSOFT_IN_FLIGHT,
      day: { perDay, counts: dayCounts(accountKey) },
    };
  }
  if (provider === 'google') {
    const perDay = address === null || GMAIL.test(address) ? settings.GMAIL_PER_DAY : settings.WORKSPACE_PER_DAY;
    return {
      burst: settings.GOOGLE_BURST,
      perMinute: settings.GOOGLE_PER_MINUTE,
      inFlight: GOOGLE_IN_FLIGHT,
      day: { perDay, counts: dayCounts(accountKey) },
    };
  }
  return provider === 'channel' ? CHANNEL : SMTP;
}
