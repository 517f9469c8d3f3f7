import type { DeviceCredential } from '@hikyaku/contracts';

/** Passwords that were issued in this tab, by device: in memory alone, so that a reload forgets them. */
const issued = new Map<string, DeviceCredential>();

/** One is enough: whoever makes a second has left the first behind. */
export function keepIssued(deviceId: string, credential: DeviceCredential): void {
  issued.clear();
  issued.set(deviceId, credential);
}

export const issuedFor = (deviceId: string): DeviceCredential | undefined => issued.get(deviceId);
