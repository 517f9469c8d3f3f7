import { newId } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { insertRow } from './insert-row.ts';

/** An alert about a device that goes on, and its telling, given up, by a channel. */
export async function makeAlert(
  owner: Database,
  device: { id: string; tenant_id: string },
  channelId: string,
  row: Record<string, unknown> = {},
): Promise<{ id: string; deliveryId: string }> {
  const { id } = await insertRow<{ id: string }>(owner, 'alerts', {
    id: newId(),
    tenant_id: device.tenant_id,
    code: 'device.refused',
    subject_id: device.id,
    facts: JSON.stringify({ code: 'auth.wrong_password', count: 1, hasWorked: true }),
    opened_at: new Date(),
    last_at: new Date(),
    told: 1,
    ...row,
  });
  const delivery = await insertRow<{ id: string }>(owner, 'alert_deliveries', {
    id: newId(),
    tenant_id: device.tenant_id,
    channel_id: channelId,
    alert_id: id,
    telling: 'began',
    tries: 8,
    failure: 'unreachable',
  });
  return { id, deliveryId: delivery.id };
}
