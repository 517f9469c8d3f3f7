import type { TenantUpdate } from '@hikyaku/contracts';

/** The form's fields. `timeZone`: '' shows every reader his own. */
export type OrganizationValues = Omit<Required<TenantUpdate>, 'timeZone'> & { timeZone: string };

export const toTenantUpdate = (values: OrganizationValues): TenantUpdate => ({
  ...values,
  timeZone: values.timeZone || null,
});
