import type { Door } from '@hikyaku/core';
import type { Settings } from './settings.ts';

/** Every door there can be, with the setting of its port, in the order in which a person should try them. */
export const DOORS = [
  { name: 'submission', protocol: 'smtp', setting: 'SMTP_SUBMISSION_PORT', tls: 'starttls', isLegacy: false },
  { name: 'smtps', protocol: 'smtp', setting: 'SMTPS_PORT', tls: 'implicit', isLegacy: false },
  { name: 'alternative', protocol: 'smtp', setting: 'SMTP_ALT_PORT', tls: 'starttls', isLegacy: false },
  { name: 'smtp25', protocol: 'smtp', setting: 'SMTP_25_PORT', tls: 'starttls', isLegacy: false },
  { name: 'legacy-submission', protocol: 'smtp', setting: 'LEGACY_SUBMISSION_PORT', tls: 'starttls', isLegacy: true },
  { name: 'legacy-smtps', protocol: 'smtp', setting: 'LEGACY_SMTPS_PORT', tls: 'implicit', isLegacy: true },
  // Who speaks POP before SMTP is old equipment: these doors take its TLS too.
  { name: 'pop3', protocol: 'pop3', setting: 'POP3_PORT', tls: 'starttls', isLegacy: true },
  { name: 'pop3s', protocol: 'pop3', setting: 'POP3S_PORT', tls: 'implicit', isLegacy: true },
] as const satisfies readonly (Omit<Door, 'port'> & { setting: keyof Settings })[];

/** The doors that the settings open; port 0 is no door, for every process alike. */
export function doorsOf(settings: Settings): Door[] {
  return DOORS.flatMap(({ setting, ...door }) => {
    const port = settings[setting];
    return port ? [{ ...door, port }] : [];
  });
}
