/** CPU time of threads that tenants have used lately: it fades. */
export interface TenantTime {
  spend(tenantId: string, ms: number): void;
  /** What it has used, less what has faded since, ms. */
  usedMs(tenantId: string): number;
  /** It has used little, if anything. */
  isLight(tenantId: string): boolean;
  /** 0, or how long a tenant that has used its time up shall stay away: until half of it has faded. */
  awayMs(tenantId: string): number;
}

/** What a tenant may use. */
export interface TimeBudget {
  /** At once, ms. The worst mail that we know takes 40, a usual one that needs a thread less than one. */
  burstMs: number;
  /** What was used fades to a third in that time, ms. `burstMs` over it is what a tenant may use for good. */
  fadeMs: number;
  /** Up to here it counts as light, ms: a fortieth of a core for good, so that only some eighty tenants who attack together could be light and busy every thread. */
  lightMs: number;
}

/** A quarter of one core for good, and two mails that are ended at their own budget at once. */
export const TIME_BUDGET: TimeBudget = { burstMs: 2_000, fadeMs: 8_000, lightMs: 200 };

/** Tenants remembered; whoever has used least is forgotten first, and would be light anyway. */
const MAX_TENANTS = 1_000;

export function createTenantTime(budget: TimeBudget, now: () => number): TenantTime {
  const uses = new Map<string, { ms: number; at: number }>();
  const left = ({ ms, at }: { ms: number; at: number }): number => ms * Math.exp((at - now()) / budget.fadeMs);
  const usedMs = (tenantId: string): number => {
    const use = uses.get(tenantId);
    return use ? left(use) : 0;
  };
  const forget = (): void => {
    const inOrder = [...uses].sort(([, a], [, b]) => left(a) - left(b));
    for (const [tenantId] of inOrder.slice(0, MAX_TENANTS / 2)) uses.delete(tenantId);
  };
  return {
    spend(tenantId, ms) {
      uses.set(tenantId, { ms: usedMs(tenantId) + ms, at: now() });
      if (uses.size > MAX_TENANTS) forget();
    },
    usedMs,
    isLight: (tenantId) => usedMs(tenantId) < budget.lightMs,
    awayMs(tenantId) {
      const used = usedMs(tenantId);
      return used < budget.burstMs ? 0 : budget.fadeMs * Math.log(used / (budget.burstMs / 2));
    },
  };
}
