import { type TenantUpdate, tenantUpdate } from '@hikyaku/contracts';
import type { FormRules } from '../../forms/rules.ts';

export type OrganizationValues = Required<TenantUpdate>;

export const organizationRules: FormRules<OrganizationValues, TenantUpdate> = {
  schema: tenantUpdate,
  toBody: (values) => values,
};
