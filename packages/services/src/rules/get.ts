import type { DeviceRules, MailRuleList } from '@hikyaku/contracts';
import { readDeviceRules, readGroupRules } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/** @throws RelayError `api.forbidden`, `api.not_found` */
export async function getDeviceRules(context: ServiceContext, id: string): Promise<DeviceRules> {
  requirePermission(context, 'devices.read');
  const { device, group } = found(await readDeviceRules(context, id));
  return { rules: device, groupRules: group };
}

/** @throws RelayError `api.forbidden`, `api.not_found` */
export async function getGroupRules(context: ServiceContext, id: string): Promise<MailRuleList> {
  requirePermission(context, 'devices.read');
  return { rules: found(await readGroupRules(context, id)) };
}
