import { providerOf } from './provider-of.ts';

/** How fast one provider account may be used (facts, providers 3). */
export interface Pace {
  burst: number;
  perMinute: number;
  inFlight: number;
}

export interface PaceSettings {
  MICROSOFT_BURST: number;
  MICROSOFT_PER_MINUTE: number;
  GOOGLE_BURST: number;
  GOOGLE_PER_MINUTE: number;
}

/** Four at once is clean at Graph, the fifth is refused (429 MailboxConcurrency). */
const MICROSOFT_IN_FLIGHT = 4;
/** Gmail answers "Too many concurrent requests for user" without a published number. */
const GOOGLE_IN_FLIGHT = 2;
/** Providers' SMTP servers take three connections of one account at the least; one is left for its owner. */
const SMTP: Pace = { burst: 20, perMinute: 30, inFlight: 2 };

/** The pace of an account by its key: `microsoft:…`, `google:…`, `smtp:…`. */
export function paceOf(accountKey: string, settings: PaceSettings): Pace {
  const provider = providerOf(accountKey);
  if (provider === 'microsoft') {
    return { burst: settings.MICROSOFT_BURST, perMinute: settings.MICROSOFT_PER_MINUTE, inFlight: MICROSOFT_IN_FLIGHT };
  }
  if (provider === 'google') {
    return { burst: settings.GOOGLE_BURST, perMinute: settings.GOOGLE_PER_MINUTE, inFlight: GOOGLE_IN_FLIGHT };
  }
  return SMTP;
}
