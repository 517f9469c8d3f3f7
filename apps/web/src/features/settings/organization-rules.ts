import { type TenantUpdate, tenantUpdate } from '@hikyaku/contracts';
import type { FormRules } from '../../forms/rules.ts';
import { type OrganizationValues, toTenantUpdate } from './organization-values.ts';

export const organizationRules: FormRules<OrganizationValues, TenantUpdate> = {
  schema: tenantUpdate,
  toBody: toTenantUpdate,
};
