import type { LiveEvent } from '@hikyaku/contracts';
import type { TenantMark } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { EventStream } from './event-stream.ts';

export interface LiveHub {
  /** Adds a stream (how many there may be: `event-stream.ts`). The result takes it away again; null for a tenant that is gone. */
  join(tenantId: string, stream: Pick<EventStream, 'send' | 'end'>): Promise<(() => void) | null>;
  /** A notification of Postgres. */
  notify(channel: string, payload: string): void;
  /** Notifications may have been missed: everybody looks again. */
  missed(): void;
  close(): void;
}

export interface LiveHubOptions {
  readMarks(tenantIds: string[]): Promise<TenantMark[]>;
  logger: Logger;
  /** Changes within that time are one event. */
  gatherMs?: number;
}

interface Tenant {
  streams: Set<Pick<EventStream, 'send' | 'end'>>;
  pending: Set<LiveEvent['type']>;
  mark: TenantMark;
}

/**
 * Tells browsers what to fetch again. `hikyaku_messages` names its tenants; `hikyaku_policy` names nobody, so the marks of the tenants who
 * listen are compared, and nobody hears of another's change.
 */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { readMarks, logger, gatherMs = 150 } = options;
  const tenants = new Map<string, Tenant>();
  let flushTimer: NodeJS.Timeout | undefined;
  let isPolicyDirty = false;

  const gather = () => {
    flushTimer ??= setTimeout(() => void flush(), gatherMs);
  };
  const flush = async () => {
    flushTimer = undefined;
    if (isPolicyDirty) {
      isPolicyDirty = false;
      await compareMarks().catch((error: unknown) => {
        logger.warn({ event: 'live.marks_failed', err: error });
        for (const tenant of tenants.values()) tenant.pending.add('mailboxes').add('devices');
      });
    }
    for (const { streams, pending } of tenants.values()) {
      for (const type of pending) for (const stream of streams) stream.send(type);
      pending.clear();
    }
  };
  const compareMarks = async () => {
    if (tenants.size === 0) return;
    for (const mark of await readMarks([...tenants.keys()])) {
      const tenant = tenants.get(mark.tenantId);
      if (!tenant) continue;
      if (tenant.mark.mailboxes !== mark.mailboxes) tenant.pending.add('mailboxes');
      if (tenant.mark.devices !== mark.devices) tenant.pending.add('devices');
      tenant.mark = mark;
    }
  };

  return {
    join: async (tenantId, stream) => {
      const [mark] = await readMarks([tenantId]);
      if (!mark) return null;
      const tenant = tenants.get(tenantId) ?? { streams: new Set(), pending: new Set(), mark };
      tenants.set(tenantId, tenant);
      tenant.streams.add(stream);
      return () => {
        if (!tenant.streams.delete(stream)) return;
        if (tenant.streams.size === 0) tenants.delete(tenantId);
      };
    },
    notify: (channel, payload) => {
      if (channel === 'hikyaku_policy') isPolicyDirty = true;
      else for (const id of namedTenants(payload, tenants)) tenants.get(id)?.pending.add('messages');
      gather();
    },
    missed: () => {
      for (const { pending } of tenants.values()) pending.add('messages').add('mailboxes').add('devices');
      gather();
    },
    close: () => {
      clearTimeout(flushTimer);
      for (const { streams } of tenants.values()) for (const stream of streams) stream.end();
    },
  };
}

/** The payload is a JSON array of tenant ids, or `*` when there were too many. */
function namedTenants(payload: string, all: Map<string, unknown>): Iterable<string> {
  if (payload === '*') return all.keys();
  try {
    const ids: unknown = JSON.parse(payload);
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
