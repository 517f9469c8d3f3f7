import type { LogEntry, MessageSummary } from '@hikyaku/contracts';

/** A mail, or a row of the log. */
export type Arrival =
  | Pick<MessageSummary, 'id' | 'acceptedAt'>
  | Pick<Extract<LogEntry, { kind: 'refusal' }>, 'id' | 'startedAt'>;

/** When it came; RFC 3339, UTC. */
export const arrivalOf = (row: Arrival): string => ('acceptedAt' in row ? row.acceptedAt : row.startedAt);

/** The newest moment of a list; empty for none. Times of the api sort as texts. */
export function newestAt(rows: readonly Arrival[]): string {
  return rows.map(arrivalOf).sort().at(-1) ?? '';
}

/**
 * What a reader further down does not see yet: the rows above the first one that was there when the top left the screen, and the rest.
 * Nothing waits where that row is gone from the list.
 */
export function splitArrivals<Row extends Arrival>(
  rows: readonly Row[],
  topId: string | null,
): { waiting: number; shown: readonly Row[] } {
  const above = topId === null ? -1 : rows.findIndex(({ id }) => id === topId);
  return above > 0 ? { waiting: above, shown: rows.slice(above) } : { waiting: 0, shown: rows };
}
