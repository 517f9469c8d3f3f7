import type { DeviceHours } from '@hikyaku/contracts';
import { findDevice, findTenant, readDeviceHours } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;

/** When a device wrote in the last seven days. @throws RelayError `api.not_found` */
export async function getDeviceHours(context: ServiceContext, id: string): Promise<DeviceHours> {
  const device = found(await findDevice(context, id));
  const { retentionDays } = found(await findTenant(context));
  const now = context.now.getTime();
  const from = new Date(now - DAYS * DAY_MS);
  const { rows, cutAt } = await readDeviceHours(context, id, from);
  const starts = [from, device.createdAt, new Date(now - retentionDays * DAY_MS), ...(cutAt ? [cutAt] : [])];
  return {
    hours: rows.map(({ hour, mails }) => ({ at: hour.toISOString(), mails })),
    since: new Date(Math.max(...starts.map((start) => start.getTime()))).toISOString(),
  };
}
