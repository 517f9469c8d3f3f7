import type { MessageQuery, MessageSummary, Page } from '@hikyaku/contracts';
import { pageMessages } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { seqCursor, toPage } from '../page.ts';
import { describeMessage } from './describe.ts';

/** The delivery log, newest ingest first. A page of a search may hold fewer items than asked for, even none, and still have a next one. */
export async function listMessages(context: ServiceContext, query: MessageQuery): Promise<Page<MessageSummary>> {
  const filter = {
    deviceId: query.deviceId,
    mailboxId: query.mailboxId,
    states: query.state,
    text: query.q,
    from: query.from === undefined ? undefined : new Date(query.from),
    to: query.to === undefined ? undefined : new Date(query.to),
  };
  const { rows, searchedTo } = await pageMessages(context, filter, {
    limit: query.limit + 1,
    beforeSeq: seqCursor(query.cursor),
  });
  const page = toPage(rows, query.limit, describeMessage, (row) => row.seq.toString());
  return { ...page, nextCursor: page.nextCursor ?? searchedTo?.toString() ?? null };
}
