import type { DoorName } from '../door.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import { isOldTls } from '../old-tls.ts';
import { DIAGNOSES, type DiagnosisCode, type DiagnosisSeverity } from './diagnoses.ts';
import type { LoginRefusal, PasswordOddity, RefusalScope, SessionRecord } from './session-record.ts';

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
  scope: RefusalScope | null;
}

const BY_LOGIN: Record<LoginRefusal, DiagnosisCode> = {
  unknown_user: 'auth.unknown_user',
  wrong_password: 'auth.wrong_password',
  old_password: 'auth.old_password',
  plain_refused: 'auth.plain_refused',
  old_tls: 'tls.old_refused',
  mechanism: 'auth.mechanism',
  malformed: 'auth.malformed',
  device_deleted: 'auth.device_deleted',
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
  'edge.device_gone': 'auth.device_deleted',
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
    scope: null,
    ...values,
  };
}

type Found = { code: DiagnosisCode } & Partial<Diagnosis>;

function find(session: SessionRecord): Found {
  return byProtocol(session) ?? byRefusal(session) ?? byTls(session) ?? byLogin(session) ?? byEnd(session);
}

/** The other protocol's words, before a good login: whatever else was refused, it was at the wrong door. */
function byProtocol({ door, isOtherProtocol, spoken, hello, login, messageIds }: SessionRecord): Found | null {
  if (spoken && hello === null && login === null) return { code: 'session.not_smtp', seen: spoken };
  if (!isOtherProtocol || messageIds.length > 0 || login?.refusal === null) return null;
  if (door === 'pop3' || door === 'pop3s') {
    return { code: 'session.smtp_on_pop', seen: door, rightDoor: door === 'pop3' ? 'submission' : 'smtps' };
  }
  return { code: 'session.pop_on_smtp', seen: door, rightDoor: door.endsWith('smtps') ? 'pop3s' : 'pop3' };
}

function byRefusal({ refusal, login }: SessionRecord): Found | null {
  if (!refusal) return null;
  // Who goes on without the login that was refused must hear of the login.
  if (refusal.code === 'edge.auth_required' && login?.refusal) return null;
  return {
    code: BY_ERROR[refusal.code] ?? 'service.unavailable',
    seen: refusal.value,
    right: refusal.limit,
    scope: refusal.scope ?? null,
  };
}

function byTls(session: SessionRecord): Found | null {
  const { door, isLegacyDoor, doorTls, isTlsFirst, tlsFailure, notTls } = session;
  if (notTls) return { code: 'tls.plain_on_tls_door', rightDoor: plainDoorOf(session) };
  switch (tlsFailure) {
    case 'version':
    case 'cipher':
      // The legacy doors take everything that can still be had: there is no older one to send to.
      if (isLegacyDoor) return { code: 'tls.too_old' };
      return {
        code: 'tls.too_old',
        rightDoor: doorTls === 'implicit' || isTlsFirst ? 'legacy-smtps' : 'legacy-submission',
      };
    case 'certificate':
      return { code: 'tls.certificate_refused', seen: session.chain ?? null };
    case 'not_tls':
    case 'other':
      // The other kind: whoever cannot do the one may do that.
      return {
        code: 'tls.unreadable',
        seen: door,
        rightDoor: doorTls === 'implicit' ? plainDoorOf(session) : tlsDoorOf(session),
      };
    case null:
      return null;
    default:
      return { code: 'tls.abandoned', seen: door };
  }
}

function byLogin(session: SessionRecord): Found | null {
  const { login, tls } = session;
  if (!login?.refusal) return null;
  const isMechanism = login.refusal === 'mechanism' || login.refusal === 'malformed';
  const seen = isMechanism ? login.mechanism : login.refusal === 'old_tls' ? versionOf(tls) : login.username;
  return {
    code: BY_LOGIN[login.refusal],
    seen,
    right: login.passwordOf ?? null,
    // Some forms know no STARTTLS.
    ...(login.refusal === 'plain_refused' ? { rightDoor: tlsDoorOf(session) } : {}),
    oddities: login.oddities,
    passwordLength: login.passwordLength,
    until: login.oldUntil,
  };
}

const isPopDoor = (door: DoorName): boolean => door === 'pop3' || door === 'pop3s';

/** Where a client belongs that begins without TLS. */
const plainDoorOf = ({ door, isLegacyDoor }: SessionRecord): DoorName =>
  isPopDoor(door) ? 'pop3' : isLegacyDoor ? 'legacy-submission' : 'submission';

/** Where a client belongs that begins with TLS. */
const tlsDoorOf = ({ door, isLegacyDoor }: SessionRecord): DoorName =>
  isPopDoor(door) ? 'pop3s' : isLegacyDoor ? 'legacy-smtps' : 'smtps';

/** `TLSv1.1` of `TLSv1.1 ECDHE-RSA-AES128-SHA`. */
const versionOf = (tls: string | null): string | null => tls?.split(' ', 1)[0] ?? null;

function byEnd(session: SessionRecord): Found {
  const { login, unfinishedBytes, messageIds, end } = session;
  if (unfinishedBytes !== null) {
    // A stop of ours that the mail did not come through in time.
    if (end === 'shutdown') return { code: 'service.unavailable' };
    return { code: end === 'idle' ? 'data.no_end' : 'data.cut_off', seen: String(unfinishedBytes) };
  }
  if (messageIds.length > 0 || login) return bySignedIn(session, login?.oldUntil ?? null);
  return byStranger(session);
}

function bySignedIn(session: SessionRecord, oldUntil: number | null): Found {
  const { door, login, messageIds, end, tls, isTlsFirst, begunMail, refusedCommand } = session;
  if (end === 'errors') return { code: 'session.too_many_errors' };
  if (messageIds.length === 0 && end !== 'shutdown') {
    const isOfData = /^\s*(?:data|bdat)/i.test(refusedCommand?.line ?? '');
    if (refusedCommand && (isOfData || !begunMail?.recipients)) return refusedFound(refusedCommand, begunMail);
    // Without its QUIT it may as well have been cut off.
    if (begunMail) return { code: begunMail.recipients === 0 && end === 'quit' ? 'rcpt.none' : 'data.none' };
  }
  if (oldUntil !== null) return { code: 'auth.old_password', seen: login?.username ?? null, until: oldUntil };
  if (isTlsFirst) return { code: 'tls.wrong_door', rightDoor: tlsDoorOf(session) };
  if (isOldTls(tls)) return { code: 'tls.old', seen: versionOf(tls) };
  if (messageIds.length > 0) return { code: 'ok.accepted' };
  return { code: isPopDoor(door) ? 'ok.pop_login' : 'ok.login_only' };
}

/** DATA without a recipient says that there was none; any other command is shown as it came. */
function refusedFound({ line, reply }: { line: string; reply: string }, begunMail: SessionRecord['begunMail']): Found {
  if (begunMail?.recipients === 0 && /^\s*data/i.test(line)) return { code: 'rcpt.none' };
  return { code: 'session.command_refused', seen: line, right: reply };
}

/** Nobody signed in, and nothing was refused by us. */
function byStranger(session: SessionRecord): Found {
  const { end, commands, commandsInTls, unknownCommands, hello, isTlsFirst, tls, doorTls } = session;
  // Mostly such: a mail program that only looks may ask for something that we have not.
  if (hello === null && unknownCommands > 0 && unknownCommands * 2 >= commands) return { code: 'session.not_smtp' };
  if (end === 'errors') return { code: 'session.too_many_errors' };
  if (end === 'shutdown') return { code: 'service.unavailable' };
  if (isTlsFirst && tls === null) return { code: 'tls.at_once', rightDoor: tlsDoorOf(session) };
  if (tls !== null && commandsInTls === 0) return { code: 'tls.left_after' };
  if (end === 'idle') return { code: 'session.idle', seen: hello };
  if (commands > 0) return { code: 'session.greeted_only', seen: hello };
  if (doorTls === 'implicit') return { code: 'session.left', rightDoor: plainDoorOf(session) };
  // A client of SMTP takes POP's greeting for a refusal, and leaves.
  return { code: 'session.left', rightDoor: isPopDoor(session.door) ? 'submission' : null };
}
