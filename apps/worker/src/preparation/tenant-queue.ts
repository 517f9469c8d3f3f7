import { RelayError } from '@hikyaku/core';

/** Somebody who waits for his turn. */
export interface Waiting<T> {
  give(value: T): void;
  sendAway(error: RelayError): void;
}

/**
 * Waits in a queue until a turn comes.
 * @throws RelayError `mail.preparation_busy` when there is no room, or what `sendAway` was told; what `signal` says when it ends first
 */
export function waitIn<T>(queue: TenantQueue<Waiting<T>>, tenantId: string, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const leave = (): void => {
      queue.remove(tenantId, waiting);
      reject(signal.reason);
    };
    const waiting: Waiting<T> = {
      give(value) {
        signal.removeEventListener('abort', leave);
        resolve(value);
      },
      sendAway(error) {
        signal.removeEventListener('abort', leave);
        reject(error);
      },
    };
    if (!queue.add(tenantId, waiting)) return reject(new RelayError('mail.preparation_busy'));
    signal.addEventListener('abort', leave, { once: true });
  });
}

/** What waits, by tenant: whoever has used least is next, those who have used the same take turns, each tenant's own come in their order. */
export interface TenantQueue<T> {
  /** False when there is no room: this tenant's or everybody's. */
  add(tenantId: string, item: T): boolean;
  /** The next of those tenants that may have one now; without an argument all may, or have used the same. */
  next(
    mayHave?: (tenantId: string) => boolean,
    used?: (tenantId: string) => number,
  ): { tenantId: string; item: T } | undefined;
  /** Takes out what is not wanted any more. */
  remove(tenantId: string, item: T): void;
  /** Takes out all of a tenant. */
  removeAll(tenantId: string): T[];
  size(): number;
}

/** A queue with room for `max` in all and `maxPerTenant` of each. */
export function createTenantQueue<T>(max: number, maxPerTenant: number): TenantQueue<T> {
  // A tenant that was served goes to the end: a Map keeps the order in which keys came.
  const byTenant = new Map<string, T[]>();
  let size = 0;
  const put = (tenantId: string, items: T[]): void => {
    byTenant.delete(tenantId);
    if (items.length > 0) byTenant.set(tenantId, items);
  };
  return {
    add(tenantId, item) {
      const items = byTenant.get(tenantId) ?? [];
      if (size >= max || items.length >= maxPerTenant) return false;
      items.push(item);
      if (items.length === 1) byTenant.set(tenantId, items);
      size += 1;
      return true;
    },
    next(mayHave = () => true, used = () => 0) {
      let least = Number.POSITIVE_INFINITY;
      let tenantId: string | undefined;
      for (const id of byTenant.keys()) {
        const usedById = mayHave(id) ? used(id) : Number.POSITIVE_INFINITY;
        if (usedById >= least) continue;
        least = usedById;
        tenantId = id;
      }
      if (tenantId === undefined) return undefined;
      const items = byTenant.get(tenantId)!;
      const item = items.shift()!;
      size -= 1;
      put(tenantId, items);
      return { tenantId, item };
    },
    remove(tenantId, item) {
      const items = byTenant.get(tenantId);
      const at = items?.indexOf(item) ?? -1;
      if (!items || at === -1) return;
      items.splice(at, 1);
      size -= 1;
      if (items.length === 0) byTenant.delete(tenantId);
    },
    removeAll(tenantId) {
      const items = byTenant.get(tenantId) ?? [];
      byTenant.delete(tenantId);
      size -= items.length;
      return items;
    },
    size: () => size,
  };
}
