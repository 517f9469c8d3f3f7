import { createTenantQueue, type Waiting, waitIn } from './tenant-queue.ts';

/** Places for what a send costs this process itself: reading a mail's content and preparing it. Nothing of a provider and no thread is waited for in one. */
interface OwnWork {
  /** Waits for a place; the answer gives it back, and may be called again. @throws RelayError `mail.preparation_busy`; what `signal` says when it ends first */
  enter(tenantId: string, signal: AbortSignal): Promise<() => void>;
}

/**
 * More than keep two cores busy: a mail is read and prepared within 10 ms. With all claimed mail of twenty accounts at it at once, eighty, each waited behind all others, another tenant's too.
 */
const PLACES = 6;
/** Sends of a worker under way at most, and as many again: 32 turns, whatever an account sends at once. */
const MAX_WAITING = 2000;

/** A worker's own work on sends, a few at a time; tenants take turns. */
export function createOwnWork(places = PLACES): OwnWork {
  const queue = createTenantQueue<Waiting<() => void>>(MAX_WAITING, MAX_WAITING);
  let free = places;
  const place = (): (() => void) => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = queue.next();
      if (next) next.item.give(place());
      else free += 1;
    };
  };
  return {
    async enter(tenantId, signal) {
      if (free === 0) return waitIn(queue, tenantId, signal);
      free -= 1;
      return place();
    },
  };
}
