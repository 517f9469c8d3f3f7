import type { SmtpValues } from './smtp-values.ts';

const FIELDS: Record<string, keyof SmtpValues> = {
  'smtp.host_unknown': 'host',
  'smtp.host_refused': 'host',
  'smtp.own_door': 'host',
  'smtp.certificate': 'host',
  'smtp.unreachable': 'port',
  'smtp.port_refused': 'port',
  'smtp.tls_failed': 'security',
  'smtp.tls_missing': 'security',
  'smtp.user_name': 'username',
  'smtp.login_refused': 'password',
  'smtp.app_password': 'password',
  'smtp.sender_refused': 'address',
};

/** The field at which the server's refusal is mended; null where it is none of them. */
export const fieldOfProblem = (code: string): keyof SmtpValues | null => FIELDS[code] ?? null;

/** Refusals that another port can cure. */
export const isPortProblem = (code: string): boolean =>
  ['smtp.unreachable', 'smtp.tls_failed', 'smtp.tls_missing'].includes(code);
