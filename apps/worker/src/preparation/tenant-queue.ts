/** What waits, by tenant: the tenants take turns, each tenant's own come in their order. */
export interface TenantQueue<T> {
  /** False when there is no room: this tenant's or everybody's. */
  add(tenantId: string, item: T): boolean;
  /** The next of a tenant that may have one now. */
  next(mayHave: (tenantId: string) => boolean): { tenantId: string; item: T } | undefined;
  /** Takes out what is not wanted any more. */
  remove(tenantId: string, item: T): void;
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
    next(mayHave) {
      for (const [tenantId, items] of byTenant) {
        if (!mayHave(tenantId)) continue;
        const item = items.shift()!;
        size -= 1;
        put(tenantId, items);
        return { tenantId, item };
      }
      return undefined;
    },
    remove(tenantId, item) {
      const items = byTenant.get(tenantId);
      const at = items?.indexOf(item) ?? -1;
      if (!items || at === -1) return;
      items.splice(at, 1);
      size -= 1;
      if (items.length === 0) byTenant.delete(tenantId);
    },
    size: () => size,
  };
}
