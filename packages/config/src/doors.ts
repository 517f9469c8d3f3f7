import type { Door } from '@hikyaku/core';
import type { Settings } from './settings.ts';

/** Every SMTP door there can be, with the setting of its port, in the order in which a person should try them. */
export const DOORS = [
  { name: 'submission', setting: 'SMTP_SUBMISSION_PORT', tls: 'starttls', isLegacy: false },
  { name: 'smtps', setting: 'SMTPS_PORT', tls: 'implicit', isLegacy: false },
  { name: 'alternative', setting: 'SMTP_ALT_PORT', tls: 'starttls', isLegacy: false },
  { name: 'smtp25', setting: 'SMTP_25_PORT', tls: 'starttls', isLegacy: false },
  { name: 'legacy-submission', setting: 'LEGACY_SUBMISSION_PORT', tls: 'starttls', isLegacy: true },
  { name: 'legacy-smtps', setting: 'LEGACY_SMTPS_PORT', tls: 'implicit', isLegacy: true },
] as const satisfies readonly (Omit<Door, 'port'> & { setting: keyof Settings })[];

/** The doors that the settings open; port 0 is no door, for every process alike. */
export function doorsOf(settings: Settings): Door[] {
  return DOORS.flatMap(({ setting, ...door }) => {
    const port = settings[setting];
    return port ? [{ ...door, port }] : [];
  });
}
