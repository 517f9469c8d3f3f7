import { RelayError } from '@hikyaku/core';
import { countDevices } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { lockTenantLimits } from './tenant-limits.ts';

/** Room for one more device, until the transaction ends. @throws RelayError `limit.devices` */
export async function requireRoomForDevice(context: ServiceContext): Promise<void> {
  const { devices } = await lockTenantLimits(context);
  const used = await countDevices(context);
  if (used >= devices) {
    throw new RelayError('limit.devices', {
      internal: `${used} of ${devices}`,
      fields: { name: `the limit is ${devices} devices` },
    });
  }
}
