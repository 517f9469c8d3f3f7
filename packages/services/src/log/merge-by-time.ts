/** One of the lists to be merged, as far as it was read: its rows in its own order, and what lies behind them. */
export interface Strand<Row, Place> {
  rows: readonly Row[];
  timeOf: (row: Row) => number;
  placeOf: (row: Row) => Place;
  /** Where to go on when all rows are used up, and until when everything is known; null: nothing lies behind. */
  behind: { place: Place; at: number } | null;
}

/** Where a list goes on: `start` when none of it was used, `end` when there is no more. */
export type Next<Place> = { at: 'start' } | { at: 'place'; place: Place } | { at: 'end' };

interface Merged<A, B, PlaceA, PlaceB> {
  items: ({ from: 'a'; row: A } | { from: 'b'; row: B })[];
  next: { a: Next<PlaceA>; b: Next<PlaceB> };
}

/**
 * The newest `limit` rows of two lists, each kept in its own order, the later of both heads first. Ends early where one list was not looked
 * through far enough to know what comes next.
 */
export function mergeByTime<A, B, PlaceA, PlaceB>(
  a: Strand<A, PlaceA>,
  b: Strand<B, PlaceB>,
  limit: number,
): Merged<A, B, PlaceA, PlaceB> {
  const items: Merged<A, B, PlaceA, PlaceB>['items'] = [];
  let usedA = 0;
  let usedB = 0;
  while (items.length < limit) {
    const timeA = headTime(a, usedA);
    const timeB = headTime(b, usedB);
    const isA = timeA >= timeB;
    // What lies behind the rows of a list that was cut off is not known: only its place in time is.
    const row = isA ? a.rows[usedA] : b.rows[usedB];
    if (row === undefined) break;
    if (isA) {
      items.push({ from: 'a', row: row as A });
      usedA += 1;
    } else {
      items.push({ from: 'b', row: row as B });
      usedB += 1;
    }
  }
  return { items, next: { a: nextOf(a, usedA), b: nextOf(b, usedB) } };
}

function headTime<Row, Place>({ rows, timeOf, behind }: Strand<Row, Place>, used: number): number {
  const head = rows[used];
  return head === undefined ? (behind?.at ?? Number.NEGATIVE_INFINITY) : timeOf(head);
}

function nextOf<Row, Place>({ rows, placeOf, behind }: Strand<Row, Place>, used: number): Next<Place> {
  if (used === rows.length) return behind ? { at: 'place', place: behind.place } : { at: 'end' };
  const last = rows[used - 1];
  return last === undefined ? { at: 'start' } : { at: 'place', place: placeOf(last) };
}
