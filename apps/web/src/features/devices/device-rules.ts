import { type DeviceCreate, type DeviceUpdate, deviceCreate, deviceUpdate, policyConflicts } from '@hikyaku/contracts';
import type { FormRules } from '../../forms/rules.ts';
import { type DeviceValues, toBody } from './device-values.ts';

function conflicts(values: DeviceValues): ReturnType<NonNullable<FormRules<DeviceValues>['conflicts']>> {
  const { recipientsMode } = values;
  const { recipients = [], recipientDomains = [] } = toBody(values);
  const found = policyConflicts({
    recipientsMode,
    recipients,
    recipientDomains,
    popBeforeSmtp: false,
    allowedAddresses: [],
  });
  return {
    ...(found.recipients ? { recipients: 'recipientsNeeded' } : {}),
    ...(found.recipientDomains ? { recipientDomains: 'domainsNeeded' } : {}),
  };
}

export const createRules: FormRules<DeviceValues, DeviceCreate> = { schema: deviceCreate, toBody, conflicts };
export const updateRules: FormRules<DeviceValues, DeviceUpdate> = { schema: deviceUpdate, toBody, conflicts };
