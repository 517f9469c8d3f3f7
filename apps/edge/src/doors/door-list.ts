import type { Settings } from '@hikyaku/config';
import type { Door } from '@hikyaku/core';

type DoorSettings = Pick<
  Settings,
  | 'SMTP_SUBMISSION_PORT'
  | 'SMTP_ALT_PORT'
  | 'SMTPS_PORT'
  | 'SMTP_25_PORT'
  | 'LEGACY_SUBMISSION_PORT'
  | 'LEGACY_SMTPS_PORT'
>;

/** Every SMTP door of the settings (design, section 4). */
export function listDoors(settings: DoorSettings): Door[] {
  const doors: (Omit<Door, 'port'> & { port: number | undefined })[] = [
    { name: 'submission', port: settings.SMTP_SUBMISSION_PORT, tls: 'starttls', isLegacy: false },
    { name: 'alternative', port: settings.SMTP_ALT_PORT, tls: 'starttls', isLegacy: false },
    { name: 'smtps', port: settings.SMTPS_PORT, tls: 'implicit', isLegacy: false },
    { name: 'smtp25', port: settings.SMTP_25_PORT, tls: 'starttls', isLegacy: false },
    { name: 'legacy-submission', port: settings.LEGACY_SUBMISSION_PORT, tls: 'starttls', isLegacy: true },
    { name: 'legacy-smtps', port: settings.LEGACY_SMTPS_PORT, tls: 'implicit', isLegacy: true },
  ];
  return doors.filter((door): door is Door => door.port !== undefined);
}
