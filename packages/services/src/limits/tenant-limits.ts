import { limitsOf, type PlanLimits } from '@hikyaku/core';
import { findTenant, lockTenant } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';

/** What the tenant may use: its plan's numbers, or its own. */
export async function tenantLimits(context: ServiceContext): Promise<PlanLimits> {
  return limitsOf(context.plan, found(await findTenant(context)).limits);
}

/** The same for who is about to count and then add: nobody else of the tenant does so before this transaction ends. */
export async function lockTenantLimits(context: ServiceContext): Promise<PlanLimits> {
  await lockTenant(context);
  return tenantLimits(context);
}
