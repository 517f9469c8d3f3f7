/** The places of one worker, shared among tenants. */
export interface Places {
  /** Takes a place for an account of these tenants, or says when to ask again. */
  enter(tenantIds: string[]): { leave: () => void } | { againInMs: number };
  /** More than half are taken: nobody shall keep one without work. */
  areScarce(): boolean;
}

/** A refused account asks again after that long, and so much longer for each other that was refused just before: about 200 a second. */
const AGAIN_MS = 500;
const EACH_REFUSED_MS = 5;
const REFUSALS_COUNT_FOR_MS = 2_000;

/**
 * No tenant takes more than a quarter of the places, except while another quarter stays free behind it: whoever comes next finds one at
 * once, and a tenant alone is not slowed much. Counts this process only; a tenant with accounts in many workers gets a quarter of each.
 */
export function createPlaces(total: number, now: () => number): Places {
  const quarter = Math.max(1, Math.floor(total / 4));
  const byTenant = new Map<string, number>();
  let taken = 0;
  let refusals: number[] = [];

  return {
    areScarce: () => taken > total / 2,
    enter(tenantIds) {
      const isOverShare = tenantIds.length > 0 && tenantIds.every((id) => (byTenant.get(id) ?? 0) >= quarter);
      if (isOverShare && total - taken <= quarter) {
        const at = now();
        refusals = refusals.filter((earlier) => earlier > at - REFUSALS_COUNT_FOR_MS);
        refusals.push(at);
        return { againInMs: AGAIN_MS + refusals.length * EACH_REFUSED_MS };
      }
      taken += 1;
      for (const id of tenantIds) byTenant.set(id, (byTenant.get(id) ?? 0) + 1);
      let hasLeft = false;
      return {
        leave() {
          if (hasLeft) return;
          hasLeft = true;
          taken -= 1;
          for (const id of tenantIds) {
            const left = (byTenant.get(id) ?? 1) - 1;
            if (left > 0) byTenant.set(id, left);
            else byTenant.delete(id);
          }
        },
      };
    },
  };
}
