import type { LiveEvent } from '@hikyaku/contracts';
import type { OutboxKind, OutboxPlace, OutboxRow } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { EventStream } from './event-stream.ts';

export interface LiveHub {
  /** Adds a stream (how many there may be: `event-stream.ts`). The result takes it away again. */
  join(tenantId: string, stream: Pick<EventStream, 'send' | 'end'>): Promise<() => void>;
  /** There may be something new in the outbox. */
  wake(): void;
  /** Tells a tenant's streams at once what no row tells; nobody who is not there hears of it later. */
  tell(tenantId: string, event: LiveEvent): void;
  close(): void;
}

export interface LiveHubOptions {
  /** The outbox as it stands: where reading begins. */
  outboxEnd(): Promise<OutboxPlace>;
  readOutbox(place: OutboxPlace, limit: number): Promise<{ rows: OutboxRow[]; place: OutboxPlace }>;
  logger: Logger;
  /** The outbox is read that far apart at least; a change after quiet is told at once. */
  gatherMs?: number;
  /** The outbox is looked at that often without being woken: a notification may get lost. */
  lookEveryMs?: number;
}

/** What a browser fetches again. */
const TYPES: Record<OutboxKind, LiveEvent['type']> = {
  'message.moved': 'messages',
  'message.content_destroyed': 'messages',
  'message.bounced': 'messages',
  'messages.removed': 'messages',
  'mailbox.changed': 'mailboxes',
  'device.changed': 'devices',
  'device.refused': 'devices',
  'device.asked': 'devices',
};
const ALL: LiveEvent['type'][] = ['messages', 'mailboxes', 'devices'];

/** Rows of one look. */
const BATCH = 1000;
/** Farther behind than that many looks, everybody is told to look at everything, and reading goes on at the end. */
const MAX_BATCHES = 10;

/** Tells browsers what to fetch again: reads the outbox behind its own place and names to each tenant what changed of his, and nothing else. */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { logger, gatherMs = 150, lookEveryMs = 5000 } = options;
  const tenants = new Map<string, Set<Pick<EventStream, 'send' | 'end'>>>();
  let place: OutboxPlace | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isWoken = false;
  let looking: Promise<void> | undefined;
  let beginning: Promise<void> | undefined;
  /** Changes were read and not told, or could not be read. */
  let isMissed = false;
  let isClosed = false;

  /** Two who join at once begin at the same place: a later one would pass over what the first waits for. */
  const begin = async (): Promise<void> => {
    if (place) return;
    beginning ??= options
      .outboxEnd()
      .then((end) => {
        place = end;
      })
      .finally(() => {
        beginning = undefined;
      });
    await beginning;
  };

  /** What changed since the last look, by tenant; null when it is too much to tell, or was missed. */
  const changes = async (): Promise<Map<string, Set<LiveEvent['type']>> | null> => {
    const changed = new Map<string, Set<LiveEvent['type']>>();
    for (let batch = 0; place && batch < MAX_BATCHES; batch++) {
      const read = await options.readOutbox(place, BATCH);
      place = read.place;
      for (const { tenantId, kind } of read.rows) {
        if (!tenants.has(tenantId)) continue;
        changed.set(tenantId, (changed.get(tenantId) ?? new Set()).add(TYPES[kind]));
      }
      if (read.rows.length < BATCH) return isMissed ? null : changed;
    }
    place = await options.outboxEnd();
    return null;
  };

  const look = async (): Promise<void> => {
    try {
      const changed = await changes();
      isMissed = false;
      for (const [tenantId, streams] of tenants) {
        for (const type of changed ? (changed.get(tenantId) ?? []) : ALL) {
          for (const stream of streams) stream.send({ type });
        }
      }
    } catch (error) {
      logger.warn({ event: 'live.look_failed', err: error });
      isMissed = true;
    }
  };

  const lookIn = (ms: number): void => {
    const at = performance.now() + ms;
    if (isClosed || (timer && timerAt <= at)) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(async () => {
      // One look at a time; what comes during one is seen by the next.
      await looking;
      timer = undefined;
      // Nobody listens: reading begins anew with whoever comes.
      if (tenants.size === 0) place = undefined;
      else {
        lookedAt = performance.now();
        looking = look();
        // The row that woke us may wait for an older transaction that is still open (`readOutbox`).
        lookIn(isWoken ? gatherMs : lookEveryMs);
        isWoken = false;
      }
    }, ms);
  };

  return {
    join: async (tenantId, stream) => {
      // Before the page is told that it listens: from now on nothing of his is passed over.
      await begin();
      const streams = tenants.get(tenantId) ?? new Set();
      tenants.set(tenantId, streams.add(stream));
      lookIn(lookEveryMs);
      return () => {
        if (!streams.delete(stream)) return;
        if (streams.size === 0 && tenants.get(tenantId) === streams) tenants.delete(tenantId);
      };
    },
    wake: () => {
      if (tenants.size === 0) return;
      isWoken = true;
      lookIn(Math.max(0, lookedAt + gatherMs - performance.now()));
    },
    tell: (tenantId, event) => {
      for (const stream of tenants.get(tenantId) ?? []) stream.send(event);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      for (const streams of tenants.values()) for (const stream of streams) stream.end();
    },
  };
}
