import type { Tenant, TenantUpdate } from '@hikyaku/contracts';
import { addAuditEntry, updateTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { getTenant } from './get.ts';

/** @throws RelayError `api.forbidden` */
export async function changeTenant(context: ServiceContext, input: TenantUpdate): Promise<Tenant> {
  requirePermission(context, 'tenant.change');
  const values = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  if (Object.keys(values).length) {
    await updateTenant(context, values);
    await addAuditEntry(context, { actor: context.actor.name, action: 'tenant.changed', data: values });
  }
  return getTenant(context);
}
