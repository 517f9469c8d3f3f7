import type { LogEntry, LogQuery, Page } from '@hikyaku/contracts';
import type { MessageState } from '@hikyaku/core';
import { acceptanceOf, type MessagePage, pageMessages, pageRefusals, type RefusalRow } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { describeMessage } from '../messages/describe.ts';
import { describeSession } from '../sessions/describe.ts';
import { readerOf, type SessionAsk } from '../sessions/list.ts';
import { readLogCursor, writeLogCursor } from './log-cursor.ts';
import { mergeByTime, type Strand } from './merge-by-time.ts';

const NOTHING = { rows: [], searchedTo: null };

/**
 * Mails and refused sessions, newest first. A page of a search may hold fewer items than asked for, even none, and still have a next one.
 * @throws RelayError `api.forbidden`, `api.invalid`
 */
export async function listLog(context: ServiceContext, ask: SessionAsk, query: LogQuery): Promise<Page<LogEntry>> {
  requirePermission(context, 'messages.read');
  requirePermission(context, 'devices.read');
  const { deviceId, q: text, state } = query;
  const states = state?.filter((one): one is MessageState => one !== 'refused');
  const filter = {
    deviceId,
    text,
    from: query.from === undefined ? undefined : new Date(query.from),
    to: query.to === undefined ? undefined : new Date(query.to),
  };
  const place = readLogCursor(query.cursor);
  const limit = query.limit + 1;
  const mails: MessagePage =
    place.seq === null || states?.length === 0
      ? NOTHING
      : await pageMessages(context, { ...filter, states }, { limit, beforeSeq: place.seq });
  const refusals =
    place.sessionId === null || (state && !state.includes('refused'))
      ? NOTHING
      : await pageRefusals(context, filter, { limit, beforeId: place.sessionId });
  const { items, next } = mergeByTime(await mailStrand(context, mails), refusalStrand(refusals), query.limit);
  const refused = items.flatMap(({ from, row }) => (from === 'b' ? [row] : []));
  const reader = await readerOf(context, ask, refused);
  return {
    items: items.map(
      (item): LogEntry =>
        item.from === 'a'
          ? { kind: 'mail', ...describeMessage(item.row) }
          : {
              kind: 'refusal',
              ...describeSession(item.row, reader),
              deviceId: item.row.deviceId,
              deviceName: item.row.deviceName,
            },
    ),
    nextCursor: writeLogCursor(place, next.a, next.b),
  };
}

async function mailStrand(
  context: ServiceContext,
  { rows, searchedTo }: MessagePage,
): Promise<Strand<MessagePage['rows'][number], bigint>> {
  return {
    rows,
    timeOf: ({ acceptedAt }) => acceptedAt.getTime(),
    placeOf: ({ seq }) => seq,
    behind:
      searchedTo === null
        ? null
        : {
            place: searchedTo,
            // Gone since it was looked at: then nobody's order hangs on it, and the page ends there.
            at: (await acceptanceOf(context, searchedTo))?.getTime() ?? Number.POSITIVE_INFINITY,
          },
  };
}

function refusalStrand({ rows, searchedTo }: Awaited<ReturnType<typeof pageRefusals>>): Strand<RefusalRow, string> {
  return {
    rows,
    timeOf: ({ startedAt }) => startedAt.getTime(),
    placeOf: ({ id }) => id,
    behind: searchedTo && { place: searchedTo.id, at: searchedTo.startedAt.getTime() },
  };
}
