import type { DoorName } from '../door.ts';
import type { ErrorCode } from '../error-table.ts';
import { isOldTls } from '../old-tls.ts';
import { DIAGNOSES, type DiagnosisCode, type DiagnosisSeverity } from './diagnoses.ts';
import type { LoginRefusal, PasswordOddity, SessionRecord } from './session-record.ts';

/** What a session came to, and the values that its text names. */
export interface Diagnosis {
  code: DiagnosisCode;
  severity: DiagnosisSeverity;
  /** The value that the device has: a user name, a recipient, bytes, a mechanism. */
  seen: string | null;
  /** The value to set, where it is known here. */
  right: string | null;
  /** The door whose port is to be set. */
  rightDoor: DoorName | null;
  oddities: PasswordOddity[];
  /** `auth.wrong_password`: of the one that was tried. */
  passwordLength: number | null;
  /** Milliseconds since the epoch: `auth.old_password`. */
  until: number | null;
}

const BY_LOGIN: Record<LoginRefusal, DiagnosisCode> = {
  unknown_user: 'auth.unknown_user',
  wrong_password: 'auth.wrong_password',
  old_password: 'auth.old_password',
  plain_refused: 'auth.plain_refused',
  old_tls: 'tls.old_refused',
  mechanism: 'auth.mechanism',
  malformed: 'auth.wrong_password',
  cancelled: 'auth.cancelled',
  empty_user: 'auth.empty_user',
  mailbox_address: 'auth.mailbox_address_used',
  swapped: 'auth.swapped',
  unavailable: 'service.unavailable',
};

const BY_ERROR: Partial<Record<ErrorCode, DiagnosisCode>> = {
  'edge.auth_required': 'auth.none',
  'edge.pop_missing': 'pop.missing',
  'edge.pop_expired': 'pop.expired',
  'edge.pop_off': 'pop.off',
  'edge.address_not_allowed': 'address.not_allowed',
  'edge.device_disabled': 'auth.device_disabled',
  'edge.recipient_refused': 'rcpt.not_allowed',
  'edge.recipient_invalid': 'rcpt.invalid',
  'edge.recipient_literal': 'rcpt.literal',
  'edge.too_many_recipients': 'rcpt.too_many',
  'edge.too_large': 'size.too_large',
  'edge.loop': 'data.loop',
  'edge.busy': 'limit.connections',
  'limit.waiting_mail': 'limit.waiting_mail',
  'limit.mails_per_day': 'limit.mails_per_day',
  'limit.mails_per_minute': 'limit.rate',
};

/** True when there is something to say: it has ended, or something has failed. */
export function isDiagnosable({ endedAt, refusal, tlsFailure, notTls, login }: SessionRecord): boolean {
  return endedAt !== null || refusal !== null || tlsFailure !== null || notTls !== null || login?.refusal != null;
}

/** The one diagnosis of a session: what went wrong last and most, or that nothing did. */
export function diagnose(session: SessionRecord): Diagnosis {
  const { code, ...values } = find(session);
  const hasMail = session.messageIds.length > 0;
  const { severity: alone } = DIAGNOSES[code];
  const severity = alone === 'error' && hasMail ? 'warning' : alone;
  return {
    code,
    severity,
    seen: null,
    right: null,
    rightDoor: null,
    oddities: [],
    passwordLength: null,
    until: null,
    ...values,
  };
}

type Found = { code: DiagnosisCode } & Partial<Diagnosis>;

function find(session: SessionRecord): Found {
  return byRefusal(session) ?? byTls(session) ?? byLogin(session) ?? byEnd(session);
}

function byRefusal({ refusal, login }: SessionRecord): Found | null {
  if (!refusal) return null;
  // Who goes on without the login that was refused must hear of the login.
  if (refusal.code === 'edge.auth_required' && login?.refusal) return null;
  return {
    code: BY_ERROR[refusal.code] ?? 'service.unavailable',
    seen: refusal.value,
    right: refusal.limit,
  };
}

function byTls(session: SessionRecord): Found | null {
  const { door, isLegacyDoor, doorTls, tlsFailure, notTls } = session;
  const isPop = isPopDoor(door);
  if (notTls) {
    const rightDoor = isPop ? 'pop3' : isLegacyDoor ? 'legacy-submission' : 'submission';
    return { code: 'tls.plain_on_tls_door', rightDoor };
  }
  switch (tlsFailure) {
    case 'version':
    case 'cipher':
      // The legacy doors take everything that can still be had: there is no older one to send to.
      if (isLegacyDoor) return { code: 'tls.too_old' };
      return { code: 'tls.too_old', rightDoor: doorTls === 'implicit' ? 'legacy-smtps' : 'legacy-submission' };
    case 'certificate':
      return { code: 'tls.certificate_refused', seen: session.chain ?? null };
    case null:
      return null;
    default:
      return { code: 'tls.abandoned', seen: door };
  }
}

function byLogin({ login, tls }: SessionRecord): Found | null {
  if (!login?.refusal) return null;
  const seen =
    login.refusal === 'mechanism' ? login.mechanism : login.refusal === 'old_tls' ? versionOf(tls) : login.username;
  return {
    code: BY_LOGIN[login.refusal],
    seen,
    oddities: login.oddities,
    passwordLength: login.passwordLength,
    until: login.oldUntil,
  };
}

const isPopDoor = (door: DoorName): boolean => door === 'pop3' || door === 'pop3s';

/** `TLSv1.1` of `TLSv1.1 ECDHE-RSA-AES128-SHA`. */
const versionOf = (tls: string | null): string | null => tls?.split(' ', 1)[0] ?? null;

function byEnd(session: SessionRecord): Found {
  const { login, unfinishedBytes, messageIds, end, commands, unknownCommands, hello, isTlsFirst, door } = session;
  const isPop = isPopDoor(door);
  if (unfinishedBytes !== null) {
    return { code: end === 'idle' ? 'data.no_end' : 'data.cut_off', seen: String(unfinishedBytes) };
  }
  if (end === 'errors') return { code: 'session.too_many_errors' };
  if (messageIds.length > 0 || login) {
    if (login?.oldUntil != null) return { code: 'auth.old_password', seen: login.username, until: login.oldUntil };
    if (isTlsFirst)
      return { code: 'tls.wrong_door', rightDoor: isPop ? 'pop3s' : session.isLegacyDoor ? 'legacy-smtps' : 'smtps' };
    if (isOldTls(session.tls)) return { code: 'tls.old', seen: versionOf(session.tls) };
    return { code: messageIds.length > 0 ? 'ok.accepted' : 'ok.login_only' };
  }
  if (unknownCommands > 0 && hello === null) return { code: 'session.not_smtp' };
  if (commands > 0 && end !== 'idle') return { code: isPop ? 'pop.missing' : 'auth.none' };
  return { code: 'session.idle' };
}
