import { ANY_ACCOUNT, arrivalsIn, listen, OUTBOX_WRITTEN } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

/** Tells running turns that mail of their account came, so that it need not be looked for. */
export interface Arrivals {
  /** Hears of an account until `end`. */
  of(accountKey: string): HeardArrivals;
  close(): Promise<void>;
}

export interface HeardArrivals {
  /** True once for all that came since the last call. */
  take(): boolean;
  /** Resolves when something has come that was not taken. */
  next(): Promise<void>;
  end(): void;
}

interface Ear {
  hasNews: boolean;
  tell: () => void;
}

/**
 * Hears what hand-off's NOTIFY names. As many ears as turns run. What is missed while the connection is lost, the turn's own look finds.
 */
export async function hearArrivals(databaseUrl: string, logger: Logger): Promise<Arrivals> {
  const ears = new Map<string, Set<Ear>>();
  const wake = (ear: Ear): void => {
    ear.hasNews = true;
    ear.tell();
  };
  const wakeAll = (): void => {
    for (const set of ears.values()) set.forEach(wake);
  };
  const listening = await listen(
    databaseUrl,
    [OUTBOX_WRITTEN],
    (_channel, payload) => {
      for (const accountKey of arrivalsIn(payload)) {
        if (accountKey === ANY_ACCOUNT) wakeAll();
        else ears.get(accountKey)?.forEach(wake);
      }
    },
    { onReconnect: wakeAll, logger, applicationName: 'hikyaku-worker-listen' },
  );
  return {
    of(accountKey) {
      const ear: Ear = { hasNews: false, tell: () => {} };
      const set = ears.get(accountKey) ?? new Set();
      ears.set(accountKey, set.add(ear));
      return {
        take() {
          const had = ear.hasNews;
          ear.hasNews = false;
          return had;
        },
        next: () =>
          ear.hasNews
            ? Promise.resolve()
            : new Promise((resolve) => {
                ear.tell = resolve;
              }),
        end() {
          set.delete(ear);
          if (set.size === 0) ears.delete(accountKey);
        },
      };
    },
    close: listening.close,
  };
}
