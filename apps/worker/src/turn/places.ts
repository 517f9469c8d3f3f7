/** The places of one worker, shared among tenants. */
export interface Places {
  /**
   * Takes a place for an account of these tenants: at once, or as soon as one is left, for which it waits half a second. Else it says when to ask again.
   * As many wait as `waitingRoom`; whoever runs turns runs so many more at once.
   */
  enter(tenantIds: string[]): Promise<{ leave: () => void } | { againInMs: number }>;
  /** Somebody waits, or more than half are taken: nobody shall keep one without work. */
  areScarce(): boolean;
  /** Most that wait at once. */
  waitingRoom: number;
}

/** Turns are short; one that is put off costs a look, a job and half a second. */
const WAIT_MS = 500;
/** A refused account asks again after that long, and so much longer for each other that was refused just before: about 200 a second. */
const AGAIN_MS = 500;
const EACH_REFUSED_MS = 5;
const REFUSALS_COUNT_FOR_MS = 2_000;

interface Waiting {
  tenantIds: string[];
  admit: () => void;
}

/**
 * No tenant takes more than a quarter of the places, except while another quarter stays free behind it: whoever comes next finds one at
 * once. Nor does one take more than half of the waiting room. A tenant alone so has three quarters, and its further accounts follow as those leave. Counts this process only; a tenant with accounts in many workers
 * gets a quarter of each.
 */
export function createPlaces(total: number, now: () => number, waitMs = WAIT_MS): Places {
  const quarter = Math.max(1, Math.floor(total / 4));
  const waitingRoom = 2 * quarter;
  const byTenant = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let taken = 0;
  let refusals: number[] = [];

  const isRefused = (tenantIds: string[]): boolean =>
    tenantIds.length > 0 && tenantIds.every((id) => (byTenant.get(id) ?? 0) >= quarter) && total - taken <= quarter;
  const mayWait = (tenantIds: string[]): boolean => {
    const before = [...waiting].filter((other) => other.tenantIds.some((id) => tenantIds.includes(id)));
    return waiting.size < waitingRoom && before.length < quarter;
  };

  function take(tenantIds: string[]): { leave: () => void } {
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
        for (const one of waiting) if (!isRefused(one.tenantIds)) one.admit();
      },
    };
  }

  function refuse(): { againInMs: number } {
    const at = now();
    refusals = refusals.filter((earlier) => earlier > at - REFUSALS_COUNT_FOR_MS);
    refusals.push(at);
    return { againInMs: AGAIN_MS + refusals.length * EACH_REFUSED_MS };
  }

  return {
    waitingRoom,
    areScarce: () => waiting.size > 0 || taken > total / 2,
    async enter(tenantIds) {
      if (!isRefused(tenantIds)) return take(tenantIds);
      if (!mayWait(tenantIds)) return refuse();
      return new Promise((resolve) => {
        const end = (answer: { leave: () => void } | { againInMs: number }): void => {
          clearTimeout(timer);
          waiting.delete(one);
          resolve(answer);
        };
        const one: Waiting = { tenantIds, admit: () => end(take(tenantIds)) };
        const timer = setTimeout(() => end(refuse()), waitMs);
        waiting.add(one);
      });
    },
  };
}
