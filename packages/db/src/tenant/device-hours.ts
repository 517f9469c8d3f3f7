import type { TenantScope } from './scope.ts';
import { seqBefore } from './seq-at-time.ts';

export interface DeviceHourRow {
  hour: Date;
  mails: number;
}

/** A mail a minute for a week. More are not counted: reading them takes some ten milliseconds, whatever else the tenant has. */
const MOST_MAILS = 10_080;

/**
 * How many mails of a device, tests of ours left out, were accepted in each hour since a time, hours in order. `cutAt`: where there were more than are counted, the acceptance
 * of the oldest that is; null otherwise. One range of the index by which the device's mails are paged.
 */
export async function readDeviceHours(
  scope: TenantScope,
  deviceId: string,
  since: Date,
): Promise<{ rows: DeviceHourRow[]; cutAt: Date | null }> {
  const above = await seqBefore(scope, since);
  const rows = await scope.tx.$queryRaw<(DeviceHourRow & { oldest: Date; looked: number })[]>`
    WITH newest AS (
      SELECT m.accepted_at FROM messages m
      WHERE m.tenant_id = ${scope.tenantId}::uuid AND m.device_id = ${deviceId}::uuid AND m.seq > ${above} AND NOT m.is_test
      ORDER BY m.seq DESC LIMIT ${MOST_MAILS}
    )
    SELECT date_trunc('hour', accepted_at, 'UTC') AS hour, count(*)::int AS mails,
      (SELECT min(accepted_at) FROM newest) AS oldest, (SELECT count(*)::int FROM newest) AS looked
    FROM newest WHERE accepted_at >= ${since} GROUP BY 1 ORDER BY 1`;
  const [first] = rows;
  return {
    rows: rows.map(({ hour, mails }) => ({ hour, mails })),
    cutAt: first && first.looked >= MOST_MAILS ? first.oldest : null,
  };
}
