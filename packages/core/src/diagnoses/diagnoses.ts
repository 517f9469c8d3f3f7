/**
 * `ok`: nothing to change. `warning`: it works, and will not for ever, or waits for somebody. `error`: the mail does not come through; once a mail of the
 * session was accepted, an error is a warning.
 */
export type DiagnosisSeverity = 'ok' | 'warning' | 'error';

/** The field of a device's own form that a diagnosis is about. */
export type DiagnosisField =
  | 'host'
  | 'port'
  | 'security'
  | 'auth'
  | 'username'
  | 'password'
  | 'recipient'
  | 'sender'
  | 'size'
  | 'address';

interface DiagnosisRow {
  /** What it is said of: an SMTP dialogue, or a mail that was accepted and is not sent. */
  of: 'session' | 'message';
  severity: DiagnosisSeverity;
  field: DiagnosisField | null;
}

const session = (severity: DiagnosisSeverity, field: DiagnosisField | null = null): DiagnosisRow => ({
  of: 'session',
  severity,
  field,
});
const message = (severity: DiagnosisSeverity, field: DiagnosisField | null = null): DiagnosisRow => ({
  of: 'message',
  severity,
  field,
});

/**
 * Every diagnosis that the relay makes. Its words, in each language, are in packages/services (`diagnoses/`); docs/diagnoses.md lists the same
 * codes, and a test compares the three.
 */
export const DIAGNOSES = {
  'ok.accepted': session('ok'),
  'ok.login_only': session('ok'),
  'ok.pop_login': session('ok'),

  'tls.wrong_door': session('warning', 'port'),
  'tls.plain_on_tls_door': session('error', 'security'),
  'tls.too_old': session('error', 'port'),
  'tls.old': session('warning', 'security'),
  'tls.old_refused': session('error', 'security'),
  'tls.certificate_refused': session('error', 'security'),
  'tls.abandoned': session('error', 'security'),
  'tls.at_once': session('error', 'port'),
  'tls.unreadable': session('error', 'security'),
  'tls.left_after': session('error', 'security'),

  'auth.none': session('error', 'auth'),
  'auth.plain_refused': session('error', 'security'),
  'auth.mechanism': session('error', 'auth'),
  'auth.unknown_user': session('error', 'username'),
  'auth.mailbox_address_used': session('error', 'username'),
  'auth.swapped': session('error', 'username'),
  'auth.wrong_password': session('error', 'password'),
  'auth.old_password': session('error', 'password'),
  'auth.cancelled': session('error', 'auth'),
  'auth.malformed': session('error', 'auth'),
  'auth.empty_user': session('error', 'username'),
  'auth.device_disabled': session('error'),
  'auth.device_deleted': session('error'),

  'address.not_allowed': session('error', 'address'),
  'pop.missing': session('error', 'auth'),
  'pop.expired': session('error', 'auth'),
  'pop.off': session('error', 'auth'),

  'rcpt.not_allowed': session('error', 'recipient'),
  'rcpt.invalid': session('error', 'recipient'),
  'rcpt.literal': session('error', 'recipient'),
  'rcpt.too_many': session('error', 'recipient'),
  'rcpt.none': session('error', 'recipient'),
  'size.too_large': session('error', 'size'),
  'data.cut_off': session('error'),
  'data.no_end': session('error'),
  'data.none': session('error'),
  'data.loop': session('error', 'recipient'),

  'session.idle': session('error'),
  'session.left': session('error'),
  'session.greeted_only': session('warning', 'auth'),
  'session.command_refused': session('error'),
  'session.smtp_on_pop': session('error', 'port'),
  'session.pop_on_smtp': session('error', 'port'),
  'session.not_smtp': session('error', 'host'),
  'session.too_many_errors': session('error'),

  'limit.rate': session('error'),
  'limit.connections': session('error'),
  'limit.waiting_mail': session('error'),
  'limit.mails_per_day': session('error'),
  'service.unavailable': session('error'),

  'mailbox.reconnect': message('error'),
  'mailbox.admin_blocked': message('error'),
  'mailbox.account_blocked': message('error'),
  'mailbox.full': message('error'),
  'mailbox.login_refused': message('error'),
  'mailbox.server': message('error'),
  'mailbox.daily_limit': message('warning'),
  'mailbox.slowed': message('warning'),
  'mail.recipient_refused': message('error', 'recipient'),
  'mail.refused': message('error'),
  'mail.sender_refused': message('error', 'sender'),
  'mail.channel_refused': message('error'),
  'mail.too_large': message('error', 'size'),
  'mail.in_doubt': message('warning'),
  'mail.delayed': message('warning'),
  'mail.expired': message('error'),
  'mail.cancelled': message('warning'),
  'mail.left_out': message('ok'),
  'mail.unconfirmed': message('warning', 'recipient'),
  'mail.damaged': message('error'),
} satisfies Record<string, DiagnosisRow>;

export type DiagnosisCode = keyof typeof DIAGNOSES;

export const DIAGNOSIS_CODES = Object.keys(DIAGNOSES) as DiagnosisCode[];

export function isDiagnosisCode(code: string): code is DiagnosisCode {
  return Object.hasOwn(DIAGNOSES, code);
}
