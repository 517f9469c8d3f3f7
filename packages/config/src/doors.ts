import type { Door, DoorName } from '@hikyaku/core';
import type { Settings } from './settings.ts';

/** The SMTP doors that the settings open, in the order in which a person should try them. */
export function doorsOf(settings: Settings): Door[] {
  const door = (name: DoorName, port: number | undefined, tls: Door['tls'], isLegacy = false): Door[] =>
    port ? [{ name, port, tls, isLegacy }] : [];
  return [
    ...door('submission', settings.SMTP_SUBMISSION_PORT, 'starttls'),
    ...door('smtps', settings.SMTPS_PORT, 'implicit'),
    ...door('alternative', settings.SMTP_ALT_PORT, 'starttls'),
    ...door('smtp25', settings.SMTP_25_PORT, 'starttls'),
    ...door('legacy-submission', settings.LEGACY_SUBMISSION_PORT, 'starttls', true),
    ...door('legacy-smtps', settings.LEGACY_SMTPS_PORT, 'implicit', true),
  ];
}
