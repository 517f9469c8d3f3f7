import type { Alert, AlertQuery, Page } from '@hikyaku/contracts';
import { ALERTS } from '@hikyaku/core';
import { type AlertRow, markAlertSeen, pageAlerts } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { idCursor, toPage } from '../page.ts';
import { alertPage } from './alert-page.ts';
import { type AlertReader, wordAlert } from './word-alert.ts';

/** Alerts, newest first, in the reader's words. @throws RelayError `api.forbidden`, `api.invalid` */
export async function listAlerts(
  context: ServiceContext,
  reader: AlertReader,
  query: AlertQuery,
): Promise<Page<Alert>> {
  requirePermission(context, 'alerts.read');
  const beforeId = idCursor(query.cursor);
  const rows = await pageAlerts(context, { limit: query.limit + 1, beforeId, isOpen: query.state === 'open' });
  return toPage(
    rows,
    query.limit,
    (row) => describeAlert(row, reader),
    (row) => row.id,
  );
}

/** Somebody has read it. @throws RelayError `api.forbidden`, `api.not_found` */
export async function seeAlert(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'alerts.change');
  found((await markAlertSeen(context, id, context.now)) || null);
}

function describeAlert(row: AlertRow, reader: AlertReader): Alert {
  const facts = (row.facts ?? {}) as Record<string, unknown>;
  const kind = ALERTS[row.code];
  return {
    id: row.id,
    code: row.code,
    severity: kind.severity,
    subject: { kind: kind.about, id: row.subjectId, name: row.subjectName },
    ...wordAlert({ ...row, facts }, reader),
    page: alertPage({ ...row, facts }),
    openedAt: row.openedAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    count: row.count,
    isTold: row.told > 0,
    seenAt: row.seenAt?.toISOString() ?? null,
  };
}
