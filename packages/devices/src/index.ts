import { cameras } from './cameras.ts';
import type { DeviceFamily } from './device-family.ts';
import { networkDevices } from './network-devices.ts';
import { printers } from './printers.ts';
import { recorders } from './recorders.ts';
import { servers } from './servers.ts';
import { software } from './software.ts';

export type * from './device-family.ts';
export type * from './smtp-preset.ts';
export { presetOfAddress, smtpPresets } from './smtp-presets.ts';

/** Every family we know something about, cameras first. */
export const deviceFamilies: readonly DeviceFamily[] = [
  ...cameras,
  ...recorders,
  ...software,
  ...printers,
  ...networkDevices,
  ...servers,
];
