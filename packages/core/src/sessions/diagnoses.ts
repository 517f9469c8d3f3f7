export type DiagnosisSeverity = 'ok' | 'warning' | 'error';

/** Every diagnosis and how bad it is when nothing was accepted; once a mail of the session was, an error is a warning. `docs/diagnoses.md` has a line for each. */
export const DIAGNOSES = {
  'ok.accepted': 'ok',
  'ok.login_only': 'ok',
  'tls.wrong_door': 'warning',
  'tls.plain_on_tls_door': 'error',
  'tls.too_old': 'error',
  'tls.certificate_refused': 'error',
  'tls.abandoned': 'error',
  'auth.none': 'error',
  'auth.plain_refused': 'error',
  'auth.mechanism': 'error',
  'auth.unknown_user': 'error',
  'auth.mailbox_address_used': 'error',
  'auth.swapped': 'error',
  'auth.wrong_password': 'error',
  'auth.old_password': 'error',
  'auth.cancelled': 'error',
  'auth.empty_user': 'error',
  'auth.device_disabled': 'error',
  'rcpt.not_allowed': 'error',
  'rcpt.invalid': 'error',
  'rcpt.too_many': 'error',
  'size.too_large': 'error',
  'data.cut_off': 'error',
  'data.no_end': 'error',
  'session.idle': 'error',
  'session.not_smtp': 'error',
  'session.too_many_errors': 'error',
  'limit.connections': 'error',
  'service.unavailable': 'error',
} as const satisfies Record<string, DiagnosisSeverity>;

export type DiagnosisCode = keyof typeof DIAGNOSES;
