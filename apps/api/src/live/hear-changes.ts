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
      // Written by our own statement (`tellSessions`).
      const { tenantId, deviceId, id } = JSON.parse(payload) as WrittenSession;
      hub.tell(tenantId, { type: 'sessions', deviceId, sessionId: id });
    },
    { onReconnect: hub.wake, logger, applicationName: 'hikyaku-api-listen' },
  );
}
