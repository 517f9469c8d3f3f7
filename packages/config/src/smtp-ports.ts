import type { Settings } from './settings.ts';

/** The ports of our own doors. A mailbox at one of them would send every mail back to us. */
export function smtpPortsOf(settings: Settings): number[] {
  const { SMTP_SUBMISSION_PORT, SMTP_ALT_PORT, SMTPS_PORT, SMTP_25_PORT = 0 } = settings;
  const ports = [SMTP_SUBMISSION_PORT, SMTP_ALT_PORT, SMTPS_PORT, SMTP_25_PORT];
  return [...ports, settings.LEGACY_SUBMISSION_PORT, settings.LEGACY_SMTPS_PORT].filter((port) => port > 0);
}
