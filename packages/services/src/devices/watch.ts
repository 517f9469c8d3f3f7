import type { DeviceWatch } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { countUse, findDevice, openWatch } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { WATCHES } from '../limits/counted-uses.ts';

/** The pairing window (design, section 4). */
const WINDOW_MS = 15 * 60_000;
/** A page asks again every ten minutes; an installer with forty devices in an hour asks for each. */
const PER_HOUR = 240;

/** As the edge writes it: IPv4 as such, also on a socket of both families. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Opens or prolongs the device's pairing window for whoever asks from this address: sessions of nobody from there are shown to him.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.rate_limited`
 */
export async function watchDeviceNow(context: ServiceContext, deviceId: string, address: string): Promise<DeviceWatch> {
  requirePermission(context, 'devices.change');
  found(await findDevice(context, deviceId));
  const retryAfterMs = await countUse(context, { ...WATCHES, by: 1, max: PER_HOUR, now: context.now });
  if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
  const until = new Date(context.now.getTime() + WINDOW_MS);
  await openWatch(context, deviceId, plainAddress(address), until);
  return { until: until.toISOString() };
}
