import type { Mailbox, Page, PageQuery } from '@hikyaku/contracts';
import { type AccountPace, mendOf } from '@hikyaku/core';
import { findTenant, type MailboxListRow, pageMailboxes } from '@hikyaku/db';
import { isAppOnly } from '@hikyaku/upstreams';
import { found, type ServiceContext } from '../context.ts';
import type { PaceReader } from '../messages/pace-reader.ts';
import { idCursor, toPage } from '../page.ts';
import type { ConnectTools } from './connect-tools.ts';
import { maySendLarge, maySendShared } from './further-permissions.ts';
import { type MailboxLine, readMailboxLines } from './mailbox-line.ts';

/** The tenant's connected mailboxes, newest first. */
export async function listMailboxes(
  context: ServiceContext,
  tools: { pace: PaceReader; connectors: ConnectTools['connectors'] },
  query: PageQuery,
): Promise<Page<Mailbox>> {
  const { pace: reader, connectors } = tools;
  const rows = await pageMailboxes(context, { limit: query.limit + 1, beforeId: idCursor(query.cursor) });
  const lines = await readMailboxLines(context, reader, { ids: rows.map(({ id }) => id) });
  const paces = await reader.paces(rows.map(({ accountKey }) => accountKey));
  const lineOf = new Map(lines.map((line) => [line.mailboxId, line]));
  const { defaultMailboxId } = found(await findTenant(context));
  return toPage(
    rows,
    query.limit,
    (row) => ({
      ...describeMailbox(row, lineOf.get(row.id), paces.get(row.accountKey)),
      isDefault: row.id === defaultMailboxId,
      maySendLarge: largeWayOf(row, connectors),
    }),
    (row) => row.id,
  );
}

function describeMailbox(
  row: MailboxListRow,
  line: MailboxLine | undefined,
  pace: AccountPace | undefined,
): Omit<Mailbox, 'isDefault' | 'maySendLarge'> {
  return {
    id: row.id,
    provider: row.provider,
    address: row.address,
    displayName: row.displayName,
    state: row.state,
    stateCode: row.stateCode,
    mend: row.state === 'needs_reconnect' ? mendOf(row.stateCode, isAppOnly(row.accountKey)) : null,
    isAppOnly: isAppOnly(row.accountKey),
    environment: row.environment,
    maySendShared: maySendShared(row),
    deviceCount: row.deviceCount,
    heldCount: row.heldCount,
    waiting: {
      count: line?.count ?? 0,
      oldestAt: line?.oldestAt?.toISOString() ?? null,
      doneAt: line?.doneAt?.toISOString() ?? null,
    },
    day: dayOf(pace),
    createdAt: row.createdAt.toISOString(),
  };
}

/** Null where no owner can open that way: at providers without it, in national clouds, and where nobody signs in. */
function largeWayOf(row: MailboxListRow, connectors: ConnectTools['connectors']): boolean | null {
  const connector = row.provider === 'smtp' ? undefined : connectors[row.provider];
  return connector?.takesLarge && !isAppOnly(row.accountKey) ? maySendLarge(row) : null;
}

function dayOf(pace: AccountPace | undefined): Mailbox['day'] {
  if (!pace?.day) return null;
  const { hours, perDay, counts } = pace.day;
  return { used: hours.reduce((sum, sent) => sum + sent, 0), limit: perDay, counts };
}
