import type { Tenant, TenantUpdate } from '@hikyaku/contracts';
import { addAuditEntry, updateTenant } from '@hikyaku/db';
import { requireWriter, type ServiceContext } from '../context.ts';
import { getTenant } from './get.ts';

/** @throws RelayError `api.forbidden` */
export async function changeTenant(context: ServiceContext, input: TenantUpdate): Promise<Tenant> {
  requireWriter(context);
  const values = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  if (Object.keys(values).length) {
    await updateTenant(context, values);
    await addAuditEntry(context, { actor: context.actor, action: 'tenant.changed', data: values });
  }
  return getTenant(context);
}
