import { DIAGNOSES, type DiagnosisCode } from '@hikyaku/core';
import type { SessionSummaryRow } from '@hikyaku/db';
import type { DiagnosisFacts } from '../diagnoses/diagnosis-values.ts';

/** What the edge wrote beside a diagnosis; rows of an older release may lack some. */
interface KeptFacts {
  seen?: string | null;
  right?: string | null;
  rightDoor?: string | null;
  oddities?: string[];
  passwordLength?: number | null;
  until?: number | null;
  scope?: string | null;
}

/** Diagnoses whose text names what the device said: its name, a command, or the language that it spoke. */
const SAID: readonly DiagnosisCode[] = [
  'session.idle',
  'session.greeted_only',
  'session.command_refused',
  'session.not_smtp',
];

/** A session's diagnosis as its text needs it. `ownUsername`: the device's, where the user name to set is that. */
export function sessionFacts(
  code: DiagnosisCode,
  row: Pick<SessionSummaryRow, 'door' | 'username' | 'facts'>,
  ownUsername: string | null,
): DiagnosisFacts {
  const { seen = null, right = null, rightDoor, oddities, passwordLength, until, scope } = row.facts as KeptFacts;
  const { field } = DIAGNOSES[code];
  const isCount = code === 'limit.rate' || code === 'rcpt.too_many';
  const isBytes = code === 'size.too_large' || code.startsWith('data.');
  return {
    door: row.door,
    rightDoor,
    chain: code === 'tls.certificate_refused' ? seen : null,
    tlsVersion: code.startsWith('tls.old') ? seen : null,
    mechanism: code === 'auth.mechanism' || code === 'auth.malformed' ? seen : null,
    username: row.username,
    rightUsername: ownUsername,
    nearestUsername: code === 'auth.unknown_user' ? right : null,
    passwordOf: code === 'auth.wrong_password' ? right : null,
    said: SAID.includes(code) ? seen : null,
    reply: code === 'session.command_refused' ? right : null,
    scope,
    recipient: field === 'recipient' ? seen : null,
    address: field === 'address' ? seen : null,
    sizeBytes: isBytes && seen !== null ? Number(seen) : null,
    limitBytes: isBytes && right !== null ? Number(right) : null,
    most: isCount && right !== null ? Number(right) : null,
    signs: oddities,
    length: passwordLength,
    oldUntil: until,
  };
}
