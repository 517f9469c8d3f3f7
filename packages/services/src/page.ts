import { RelayError } from '@hikyaku/core';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A page out of `limit + 1` rows: the extra one only tells that there is more. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  map: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): { items: Item[]; nextCursor: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(map), nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** @throws RelayError `api.invalid` for a cursor that no list of ours gave. */
export function idCursor(cursor: string | undefined): string | undefined {
  if (cursor !== undefined && !UUID.test(cursor)) throw badCursor();
  return cursor;
}

/** The same for lists by ingest order. */
export function seqCursor(cursor: string | undefined): bigint | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,18}$/.test(cursor)) throw badCursor();
  return BigInt(cursor);
}

const badCursor = () => new RelayError('api.invalid', { fields: { cursor: 'is not a cursor of this list' } });
