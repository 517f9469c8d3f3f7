import type { Session, SessionSummary } from '@hikyaku/contracts';
import { isDiagnosisCode, type SessionLine, type SessionRecord } from '@hikyaku/core';
import type { SessionRow, SessionSummaryRow } from '@hikyaku/db';
import { type DiagnosisReader, portOf } from '../diagnoses/diagnosis-values.ts';
import { wordDiagnosis } from '../diagnoses/word-diagnosis.ts';
import { sessionFacts } from './session-facts.ts';

/** Who reads sessions, and the user name that each of their devices has; `null`: of the device that is being paired. */
export interface SessionReader extends DiagnosisReader {
  usernames: ReadonlyMap<string | null, string>;
}

/** A session as lists show it. */
export function describeSession(row: SessionSummaryRow, reader: SessionReader): SessionSummary {
  const begun = row.startedAt.getTime();
  const until = (row.facts as { until?: number | null }).until ?? null;
  const code = row.diagnosis !== null && isDiagnosisCode(row.diagnosis) ? row.diagnosis : null;
  const facts = code && sessionFacts(code, row, reader.usernames.get(row.deviceId) ?? null);
  return {
    id: row.id,
    deviceId: row.deviceId,
    door: row.door,
    port: portOf(reader.access, row.door),
    address: row.address,
    tls: row.tls,
    username: row.username,
    hello: row.hello,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    steps: (row.steps as unknown as SessionRecord['steps']).map(({ step, at }) => ({
      step,
      at: new Date(begun + at).toISOString(),
    })),
    messageIds: row.messageIds,
    usedOldPassword: code === 'auth.old_password' && until !== null && until > begun,
    diagnosis: code && facts && wordDiagnosis(code, facts, { ...reader, severity: severityOf(row) }),
  };
}

/** A session with its lines. */
export function describeSessionDetail(row: SessionRow, reader: SessionReader): Session {
  const begun = row.startedAt.getTime();
  return {
    ...describeSession(row, reader),
    lines: (row.lines as unknown as SessionLine[]).map(({ at, by, text }) => ({
      at: new Date(begun + at).toISOString(),
      from: by === 'server' ? 'edge' : by,
      text,
    })),
  };
}

/** As the edge found it: an error beside an accepted mail is a warning. */
function severityOf({ severity }: SessionSummaryRow) {
  return severity === 'ok' || severity === 'warning' ? severity : 'error';
}
