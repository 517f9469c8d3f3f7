import type { Device, DeviceQuery, Page } from '@hikyaku/contracts';
import { listLiveCredentials, pageDevices } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { idCursor, toPage } from '../page.ts';
import { describeDevice, type SmtpAccess } from './describe.ts';

/** The tenant's devices, or those of one group, newest first. A group that is not there has none. */
export async function listDevices(
  context: ServiceContext,
  access: SmtpAccess,
  query: DeviceQuery,
): Promise<Page<Device>> {
  const rows = await pageDevices(context, {
    limit: query.limit + 1,
    beforeId: idCursor(query.cursor),
    groupId: query.groupId === 'none' ? null : query.groupId,
  });
  const ids = rows.map(({ id }) => id);
  const credentials = ids.length ? await listLiveCredentials(context, ids, context.now) : [];
  const describe = (row: (typeof rows)[number]) =>
    describeDevice(
      row,
      credentials.filter(({ deviceId }) => deviceId === row.id),
      access,
    );
  return toPage(rows, query.limit, describe, (row) => row.id);
}
