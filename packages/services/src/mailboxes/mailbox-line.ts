import { type AccountPace, expectSend, type LinePlace } from '@hikyaku/core';
import { type MailboxWaiting, readMailboxWaiting } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import type { PaceReader } from '../messages/pace-reader.ts';

/** Mails of one mailbox that are counted: two milliseconds, and more than a limit of 30 a minute lets go in an hour. */
const COUNTED_AT_MOST = 2_000;

/** What waits for a mailbox, and about when the last of it leaves. */
export interface MailboxLine {
  mailboxId: string;
  count: number;
  oldestAt: Date | null;
  doneAt: Date | null;
}

/**
 * The lines of the tenant's mailboxes, or of `ids`. `total`: how many wait in all, where that is known; a mailbox with more than are counted has its share
 * of the rest.
 */
export async function readMailboxLines(
  context: ServiceContext,
  reader: PaceReader,
  options: { ids?: string[]; total?: number } = {},
): Promise<MailboxLine[]> {
  const rows = await readMailboxWaiting(context, COUNTED_AT_MOST, options.ids);
  const waiting = rows.filter(({ count }) => count > 0);
  const paces = await reader.paces(waiting.map(({ accountKey }) => accountKey));
  return linesOf(rows, paces, options.total ?? 0, context.now);
}

/** The lines by what was counted. */
export function linesOf(
  rows: MailboxWaiting[],
  paces: ReadonlyMap<string, AccountPace>,
  total: number,
  now: Date,
): MailboxLine[] {
  const counted = rows.reduce((sum, { count }) => sum + count, 0);
  const capped = rows.filter(({ count }) => count >= COUNTED_AT_MOST).length;
  const share = capped > 0 ? Math.max(0, total - counted) / capped : 0;
  return rows.map(({ mailboxId, accountKey, count, oldestAt }) => {
    const pace = paces.get(accountKey);
    const all = count >= COUNTED_AT_MOST ? count + share : count;
    const doneAt = count > 0 && pace ? new Date(now.getTime() + expectSend(lastOf(all), pace).inMs) : null;
    return { mailboxId, count, oldestAt, doneAt };
  });
}

/** The last of `count` mails that have waited for a while. */
const lastOf = (count: number): LinePlace => {
  const before = Math.ceil(count) - 1;
  return { before, dueBefore: before, behind: 0, dueInMs: 0, dueForMs: Number.POSITIVE_INFINITY, isUrgent: false };
};
