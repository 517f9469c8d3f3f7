import type { Device, DeviceGroupList, Mailbox } from '@hikyaku/contracts';
import { readAll } from '../../api/read-all.ts';
import { request } from '../../api/request.ts';
import { fleetTable } from '../fleet/fleet-columns.ts';
import { exportLog } from '../messages/export-log.ts';

/** The devices and the log as tables, with the names of the api's fields; `tell` hears how many rows of the log are there. */
export async function exportAll(
  locale: 'ja' | 'en',
  tell: (rows: number) => void,
): Promise<{ devices: string[][]; log: string[][] }> {
  const { items: mailboxes } = await request<{ items: Mailbox[] }>('GET', '/api/v1/mailboxes');
  const { items: groups } = await request<DeviceGroupList>('GET', '/api/v1/groups');
  const devices = await readAll<Device>('/api/v1/devices', {}, () => undefined);
  const log = await exportLog({}, tell);
  return { devices: fleetTable(devices, { mailboxes, groups }, locale), log };
}
