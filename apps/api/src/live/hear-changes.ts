import { listen, OUTBOX_WRITTEN, SESSIONS_WRITTEN, type WrittenSession } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { LiveHub } from './live-hub.ts';

/** What Postgres notifies of, into the hub: rows of the outbox, and steps of sessions that somebody watches. */
export function hearChanges(url: string, hub: LiveHub, logger: Logger): ReturnType<typeof listen> {
  return listen(
    url,
    [OUTBOX_WRITTEN, SESSIONS_WRITTEN],
    (channel, payload) => {
      if (channel !== SESSIONS_WRITTEN) return hub.wake();
      const written = readWritten(payload);
      if (!written) return logger.warn({ event: 'live.unknown_notification', channel });
      const { tenantId, deviceId, id } = written;
      hub.tell(tenantId, { type: 'sessions', deviceId, sessionId: id });
    },
    { onReconnect: hub.wake, logger, applicationName: 'hikyaku-api-listen' },
  );
}

/** As our own statement writes it (`tellSessions`). Anybody with a login to the database may notify, and what is thrown here would end the process. */
function readWritten(payload: string): WrittenSession | null {
  try {
    return JSON.parse(payload) as WrittenSession;
  } catch {
    return null;
  }
}
