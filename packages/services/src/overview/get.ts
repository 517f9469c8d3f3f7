import type { Overview } from '@hikyaku/contracts';
import { MESSAGE_STATES, type MessageState, WAITING_STATES } from '@hikyaku/core';
import { OVERVIEW_DAYS, readOverview } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { readMailboxLines } from '../mailboxes/mailbox-line.ts';
import type { PaceReader } from '../messages/pace-reader.ts';

const DAY_MS = 86_400_000;

/** The numbers of the first page, days cut by `timeZone`. */
export async function getOverview(context: ServiceContext, reader: PaceReader, timeZone: string): Promise<Overview> {
  const { now } = context;
  const rows = await readOverview(context, timeZone, now);
  const counts = new Map(rows.states.map(({ state, count }) => [state, count]));
  // Never below nothing: rows that were put into the table by hand are in no count.
  const countOf = (state: MessageState): number => Math.max(0, counts.get(state) ?? 0);
  const byDay = new Map(rows.days.map((day) => [day.day, day]));
  const { devices, mailboxes, gathered } = rows;
  // The counts are a second or two behind.
  const waiting = Math.max(0, WAITING_STATES.reduce((sum, state) => sum + countOf(state), 0) - gathered);
  const lines = await readMailboxLines(context, reader, { total: waiting });
  const doneAt = lines.map((line) => line.doneAt).reduce(later, null);
  return {
    states: Object.fromEntries(MESSAGE_STATES.map((state) => [state, countOf(state)])) as Overview['states'],
    days: lastDays(now, timeZone).map((day) => byDay.get(day) ?? { day, accepted: 0, sent: 0, failed: 0 }),
    waiting: {
      count: waiting,
      oldestAt: rows.oldestWaiting?.toISOString() ?? null,
      doneAt: doneAt?.toISOString() ?? null,
    },
    gathered: { count: gathered },
    held: { count: countOf('held'), oldestAt: rows.oldestHeld?.toISOString() ?? null },
    devices: { total: Object.values(devices).reduce((sum, count) => sum + count, 0), ...devices },
    mailboxes: { total: mailboxes.active + mailboxes.stopped, ...mailboxes },
  };
}

/** The last days of a zone as `2026-11-28`, the oldest first. */
function lastDays(now: Date, timeZone: string): string[] {
  // Swedish dates are ISO dates.
  const today = Date.parse(new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now));
  return Array.from({ length: OVERVIEW_DAYS }, (_, index) =>
    new Date(today - (OVERVIEW_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

const later = (a: Date | null, b: Date | null): Date | null => (a && b ? (a > b ? a : b) : (a ?? b));
