import type { Device } from '@hikyaku/contracts';
import { findDevice, listLiveCredentials } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';
import { describeDevice, type SmtpAccess } from './describe.ts';

/** @throws RelayError `api.not_found` */
export async function getDevice(context: ServiceContext, access: SmtpAccess, id: string): Promise<Device> {
  const row = found(await findDevice(context, id));
  return describeDevice(row, await listLiveCredentials(context, [id], context.now), access);
}
