import type { Logger, Metrics } from '@hikyaku/telemetry';

const DAY_MS = 86_400_000;
/** Long enough for an operator who is on holiday; renewing takes minutes. */
const ALARM_DAYS = 30;

/** Whole days until the end of the day `ends` (`2027-05-31`, UTC); negative when it is over. */
export const daysLeft = (ends: string, now: number): number =>
  Math.floor((Date.parse(`${ends}T23:59:59Z`) - now) / DAY_MS);

/**
 * Tells the operator once a day, from 30 days before, that the secret of the registration with Microsoft ends: with it every Microsoft mailbox stops at
 * once. The days left are a metric all the time.
 */
export function watchSecretEnd(options: { ends: string; metrics: Metrics; logger: Logger; now?: () => number }): {
  close(): void;
} {
  const { ends, metrics, logger, now = Date.now } = options;
  const gauge = metrics.gauge('client_secret_days_left', 'Days until a client secret ends', ['provider']);
  const look = (): void => {
    const days = daysLeft(ends, now());
    gauge.set({ provider: 'microsoft' }, days);
    if (days <= ALARM_DAYS) {
      const level = days < 0 ? 'error' : 'warn';
      logger[level](
        { event: 'registration.secret_ends', provider: 'microsoft', ends, daysLeft: days },
        days < 0
          ? 'the client secret at Microsoft has ended: every Microsoft mailbox waits; renew it (docs/going-live.md)'
          : `the client secret at Microsoft ends in ${days} days: renew it (docs/going-live.md)`,
      );
    }
  };
  look();
  const timer = setInterval(look, DAY_MS).unref();
  return { close: () => clearInterval(timer) };
}
