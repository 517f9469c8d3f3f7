import type { Settings } from '@hikyaku/config';
import type { Ports } from '@hikyaku/contracts';
import type { Door, DoorName } from '@hikyaku/core';

/** The doors that the settings open, in the order in which a person should try them. */
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

/** The same by the names that scripts rely on. */
export function portsOf(doors: Door[]): Ports {
  const portOf = (name: DoorName) => doors.find((door) => door.name === name)?.port;
  const submission = portOf('submission') ?? doors[0]?.port ?? 587;
  return {
    submission,
    alternative: portOf('alternative') ?? submission,
    smtps: portOf('smtps') ?? 465,
    legacySubmission: portOf('legacy-submission') ?? submission,
    legacySmtps: portOf('legacy-smtps') ?? 465,
    smtp25: portOf('smtp25') ?? null,
  };
}
