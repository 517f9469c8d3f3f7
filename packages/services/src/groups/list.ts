import type { DeviceGroup } from '@hikyaku/contracts';
import { type DeviceGroupRow, listGroups } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';

/** The tenant's groups by name, as a person sorts them: "2F" before "10F". */
export async function listDeviceGroups(context: ServiceContext): Promise<{ items: DeviceGroup[] }> {
  const rows = await listGroups(context);
  rows.sort((a, b) => a.name.localeCompare(b.name, 'ja', { numeric: true }));
  return { items: rows.map(({ deviceCount, ...row }) => describeGroup(row, deviceCount)) };
}

export function describeGroup(row: DeviceGroupRow, deviceCount: number): DeviceGroup {
  const { id, name, digestTogether } = row;
  return { id, name, digestTogether, deviceCount, createdAt: row.createdAt.toISOString() };
}
