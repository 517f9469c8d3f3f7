import type { Mailbox, Page, PageQuery } from '@hikyaku/contracts';
import { mendOf } from '@hikyaku/core';
import { type MailboxListRow, pageMailboxes } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { idCursor, toPage } from '../page.ts';

/** The tenant's connected mailboxes, newest first. */
export async function listMailboxes(context: ServiceContext, query: PageQuery): Promise<Page<Mailbox>> {
  const rows = await pageMailboxes(context, { limit: query.limit + 1, beforeId: idCursor(query.cursor) });
  return toPage(rows, query.limit, describeMailbox, (row) => row.id);
}

function describeMailbox(row: MailboxListRow): Mailbox {
  return {
    id: row.id,
    provider: row.provider,
    address: row.address,
    displayName: row.displayName,
    state: row.state,
    stateCode: row.stateCode,
    mend: row.state === 'needs_reconnect' ? mendOf(row.stateCode) : null,
    environment: row.environment,
    deviceCount: row.deviceCount,
    heldCount: row.heldCount,
    createdAt: row.createdAt.toISOString(),
  };
}
