import type { Tenant, TenantUpdate } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, findMailbox, updateTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { getTenant } from './get.ts';

/** @throws RelayError `api.forbidden`, `api.invalid` */
export async function changeTenant(context: ServiceContext, input: TenantUpdate): Promise<Tenant> {
  requirePermission(context, 'tenant.change');
  const { defaultMailboxId } = input;
  if (defaultMailboxId && !(await findMailbox(context, defaultMailboxId)))
    throw new RelayError('api.invalid', { fields: { defaultMailboxId: 'is not one of your mailboxes' } });
  const values = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  if (Object.keys(values).length) {
    await updateTenant(context, values);
    await addAuditEntry(context, { actor: context.actor.name, action: 'tenant.changed', data: values });
  }
  return getTenant(context);
}
