import { ERROR_TABLE } from '../errors/error-table.ts';
import type { MessageState } from '../message-life/moves.ts';
import type { DiagnosisCode } from './diagnoses.ts';

/** What a mail's own state says; null where its code (or nothing) has the word. */
const BY_STATE: Partial<Record<MessageState, DiagnosisCode>> = {
  failed: 'mail.refused',
  expired: 'mail.expired',
  cancelled: 'mail.cancelled',
  quarantined: 'mail.damaged',
  in_doubt: 'mail.in_doubt',
  suppressed: 'mail.left_out',
  held: 'mailbox.reconnect',
  deferred: 'mailbox.slowed',
};

/** Error codes that have a diagnosis of their own; others are told by the mail's state. */
const BY_CODE: Record<string, DiagnosisCode> = {
  'recipient.unconfirmed': 'mail.unconfirmed',
  'upstream.auth_lost': 'mailbox.reconnect',
  'upstream.scope_missing': 'mailbox.reconnect',
  'upstream.environment': 'mailbox.reconnect',
  'upstream.no_mailbox': 'mailbox.reconnect',
  'upstream.admin_blocked': 'mailbox.admin_blocked',
  'upstream.app_unapproved': 'mailbox.admin_blocked',
  'upstream.app_out_of_scope': 'mailbox.admin_blocked',
  'upstream.smtp_off': 'mailbox.admin_blocked',
  'upstream.account_blocked': 'mailbox.account_blocked',
  'upstream.mailbox_full': 'mailbox.full',
  'upstream.daily_limit': 'mailbox.daily_limit',
  'upstream.throttled': 'mailbox.slowed',
  'upstream.unavailable': 'mailbox.slowed',
  'upstream.channel_refused': 'mail.channel_refused',
  'upstream.too_large': 'mail.too_large',
  'upstream.in_doubt': 'mail.in_doubt',
  'smtp.login_refused': 'mailbox.login_refused',
  'smtp.app_password': 'mailbox.login_refused',
  'smtp.user_name': 'mailbox.login_refused',
  'smtp.sender_refused': 'mail.sender_refused',
  'smtp.host_unknown': 'mailbox.server',
  'smtp.unreachable': 'mailbox.server',
  'smtp.host_refused': 'mailbox.server',
  'smtp.port_refused': 'mailbox.server',
  'smtp.own_door': 'mailbox.server',
  'smtp.tls_missing': 'mailbox.server',
  'smtp.tls_failed': 'mailbox.server',
  'smtp.certificate': 'mailbox.server',
  'vault.envelope_changed': 'mail.damaged',
  'spool.content_damaged': 'mail.damaged',
  'spool.content_missing': 'mail.damaged',
};

/** States in which it is still to be sent by itself. */
const WAITING: readonly MessageState[] = ['deferred', 'held'];

/** The operator has to act: nothing of its owner's, or of a provider's, keeps it. */
const isOurs = (code: string): boolean =>
  code in ERROR_TABLE && ['operator', 'developer'].includes(ERROR_TABLE[code as keyof typeof ERROR_TABLE].tell);

/** A diagnosis of a mail, and the values that its text names. */
export interface MessageDiagnosis {
  code: DiagnosisCode;
  mailbox: string | null;
  sizeBytes: number;
  /** ISO time. */
  nextAttemptAt: string | null;
  recipient: string | null;
}

/** States in which the owner's own hand, or time, has the last word, whatever went before. */
const OWN_WORD: readonly MessageState[] = ['cancelled', 'suppressed', 'expired'];

/**
 * Why a mail is not sent, and what to do. Null where nothing is wrong: it is sent, or on its way. `refused`: recipients that the provider
 * refused by themselves, those of a mail that others got included.
 */
export function diagnoseMessage(message: {
  state: MessageState;
  stateCode: string | null;
  mailbox: string | null;
  sizeBytes: number;
  nextAttemptAt: string | null;
  refused: string[];
}): MessageDiagnosis | null {
  const { state, stateCode, mailbox, sizeBytes, nextAttemptAt, refused } = message;
  const values = { mailbox, sizeBytes, nextAttemptAt, recipient: null };
  if (refused.length > 0 && (state === 'failed' || state === 'sent')) {
    return { ...values, code: 'mail.recipient_refused', recipient: refused.join(', ') };
  }
  const byState = BY_STATE[state];
  if (!byState) return null;
  const told = stateCode !== null && WAITING.includes(state) && isOurs(stateCode) ? 'mail.delayed' : undefined;
  const byCode = stateCode === null || OWN_WORD.includes(state) ? undefined : (BY_CODE[stateCode] ?? told);
  return { ...values, code: byCode ?? byState };
}
