import type { Page, SessionQuery, SessionSummary } from '@hikyaku/contracts';
import { findPairing, listLiveCredentials, pageSessions, type SessionSummaryRow } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import type { DiagnosisReader } from '../diagnoses/diagnosis-values.ts';
import { idCursor, toPage } from '../page.ts';
import { describeSession, type SessionReader } from './describe.ts';

/** Who reads, and the address that he asks from. */
export interface SessionAsk extends DiagnosisReader {
  address: string;
}

/**
 * Sessions, newest first: of the tenant's devices, and those that name nobody where the tenant alone waits at this address (for a device: for that
 * one). @throws RelayError `api.forbidden`, `api.invalid`
 */
export async function listSessions(
  context: ServiceContext,
  ask: SessionAsk,
  query: SessionQuery,
): Promise<Page<SessionSummary>> {
  requirePermission(context, 'devices.read');
  const { deviceId } = query;
  const rows = await pageSessions(context, {
    limit: query.limit + 1,
    beforeId: idCursor(query.cursor),
    deviceId,
    pairing: await findPairing(context, ask.address, deviceId),
  });
  const reader = await readerOf(context, ask, rows, deviceId);
  return toPage(
    rows,
    query.limit,
    (row) => describeSession(row, reader),
    (row) => row.id,
  );
}

/** With the user names to set, where sessions need one: the device's own; for what names nobody that of the device that is asked about. */
export async function readerOf(
  context: ServiceContext,
  { language, timeZone, access }: SessionAsk,
  rows: SessionSummaryRow[],
  asked?: string,
): Promise<SessionReader> {
  const failed = rows.filter(({ severity, messageIds }) => severity !== 'ok' && messageIds.length === 0);
  const ids = [...new Set(failed.map(({ deviceId }) => deviceId ?? asked).filter((id) => id !== undefined))];
  const usernames = new Map<string | null, string>();
  if (ids.length > 0) {
    for (const { deviceId, username } of await listLiveCredentials(context, ids, context.now)) {
      usernames.set(deviceId, username);
      if (deviceId === asked) usernames.set(null, username);
    }
  }
  return { language, timeZone, access, usernames };
}
