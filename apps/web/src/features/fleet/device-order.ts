import type { Device, DeviceGroup, Mailbox } from '@hikyaku/contracts';

export interface FleetRow {
  device: Device;
  mailbox: Mailbox | undefined;
  group: DeviceGroup | undefined;
}

/** How a device is, what needs a look first. */
export const CONDITIONS = ['refused', 'stuck', 'quiet', 'unused', 'fine', 'paused'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Stands for a site's id where a device has none. */
export const NO_SITE = 'none';

const HOUR_MS = 3_600_000;

/** `now` in milliseconds. */
export function conditionOf({ device, mailbox }: Pick<FleetRow, 'device' | 'mailbox'>, now: number): Condition {
  if (device.isDisabled) return 'paused';
  if (device.refusal) return 'refused';
  if (mailbox?.state !== 'active') return 'stuck';
  if (!device.lastMessageAt) return 'unused';
  // As home counts it, and as its owner is told: what is usual of a device the server knows.
  const silence = device.quietAfterHours === null ? Number.POSITIVE_INFINITY : device.quietAfterHours * HOUR_MS;
  return now - Date.parse(device.lastMessageAt) > silence ? 'quiet' : 'fine';
}

/** Devices that hold every word in name, site, mailbox or recipients, at the site and in a condition that is wanted (none: any): problems first, then by name. */
export function orderFleet(
  rows: readonly FleetRow[],
  {
    words,
    conditions,
    site = '',
    now,
  }: { words: string; conditions: readonly Condition[]; site?: string; now: number },
): (FleetRow & { condition: Condition })[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .map((row) => ({ ...row, condition: conditionOf(row, now) }))
    .filter(({ device, mailbox, group, condition }) => {
      if (site && (group?.id ?? NO_SITE) !== site) return false;
      if (conditions.length && !conditions.includes(condition)) return false;
      const text = [device.name, group?.name, device.family, mailbox?.address, device.username, ...device.recipients]
        .join('\n')
        .toLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        CONDITIONS.indexOf(a.condition) - CONDITIONS.indexOf(b.condition) ||
        a.device.name.localeCompare(b.device.name, 'ja', { numeric: true }),
    );
}
