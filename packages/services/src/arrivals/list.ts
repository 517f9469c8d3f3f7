import type { Arrival, ArrivalList, ArrivalQuery } from '@hikyaku/contracts';
import { type ArrivalRow, findDevice, findMailbox, listArrivals } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/** What is known of each recipient of a device, or of a mailbox's own tests. @throws RelayError `api.forbidden`, `api.not_found` */
export async function listArrivalsOf(context: ServiceContext, query: ArrivalQuery): Promise<ArrivalList> {
  requirePermission(context, 'messages.read');
  const { deviceId, mailboxId } = query;
  if (deviceId) found(await findDevice(context, deviceId));
  else found(await findMailbox(context, mailboxId!));
  const rows = await listArrivals(context, deviceId ? { deviceId } : { mailboxId: mailboxId! });
  return { items: rows.map(describeArrival) };
}

const describeArrival = (row: ArrivalRow): Arrival => ({
  ...row,
  askedAt: row.askedAt.toISOString(),
  confirmedAt: row.confirmedAt?.toISOString() ?? null,
  deniedAt: row.deniedAt?.toISOString() ?? null,
});
