import type { MessageState, Page } from '@hikyaku/contracts';

/** A mail, or a row without a state, which never changes again. */
export interface ListRow {
  id: string;
  state?: MessageState;
}

/** The pages of a list as the query cache holds them: newest first, each with the cursor it was asked with. */
export interface LoadedPages<Row extends ListRow = ListRow> {
  pages: Page<Row>[];
  pageParams: string[];
}

/** Where a mail can still move by itself; the others change only when somebody asks for it. */
const MOVING_STATES: readonly MessageState[] = ['queued', 'sending', 'deferred', 'held', 'in_doubt'];
/** Rows that are kept at all; beyond, the oldest page falls off, and dates lead further back. */
export const MAX_ROWS = 100_000;
/** And where their reader is back at the top: the others can be loaded again. */
const ROWS_AT_TOP = 3_000;
/** The api gives no larger page. */
export const MAX_PAGE = 200;

/**
 * `loaded` after its first page was fetched again: new mail above, and what the first page had pushed out before the rest. Where more came
 * in than a page holds, the list begins anew, because what lies between is not known.
 */
export function withHead(loaded: LoadedPages, head: Page<ListRow>): LoadedPages {
  const [first, ...rest] = loaded.pages;
  const inHead = new Set(head.items.map(({ id }) => id));
  // A search that has found nothing yet: how far it has looked back stays true.
  if (first && rest.length && !first.items.length && !head.items.length && head.nextCursor !== null) {
    return { pages: [{ items: [], nextCursor: first.nextCursor }, ...rest], pageParams: loaded.pageParams };
  }
  const lastShared = first?.items.findLastIndex(({ id }) => inHead.has(id)) ?? -1;
  if (!first || !rest.length || head.nextCursor === null || lastShared < 0) {
    return { pages: [head], pageParams: [''] };
  }
  const pushedOut = first.items.slice(lastShared + 1);
  const second = rest[0] ?? { items: [], nextCursor: null };
  const fits = pushedOut.length + second.items.length <= MAX_PAGE;
  const grown = fits
    ? [{ items: [...pushedOut, ...second.items], nextCursor: second.nextCursor }, ...rest.slice(1)]
    : [{ items: pushedOut, nextCursor: first.nextCursor }, ...rest];
  const params = fits ? loaded.pageParams.slice(2) : loaded.pageParams.slice(1);
  return bounded({ pages: [head, ...grown], pageParams: ['', head.nextCursor, ...params] });
}

/** Whether rows came between `head` and what was there before, which nobody has asked for yet. */
export function hasGap({ pages: [first, ...rest] }: LoadedPages, head: Page<ListRow>): boolean {
  if (!first?.items.length || !rest.length || head.nextCursor === null) return false;
  const inHead = idsIn(head);
  return !first.items.some(({ id }) => inHead.has(id));
}

/** `loaded` with the new pages above it, of which the last one joins it. */
export function withHeads(loaded: LoadedPages, heads: readonly Page<ListRow>[]): LoadedPages {
  const above = heads.slice(0, -1);
  const { pages, pageParams } = withHead(loaded, heads.at(-1)!);
  const cursors = heads.map((_, at) => (at === 0 ? '' : (heads[at - 1]?.nextCursor ?? '')));
  return bounded({ pages: [...above, ...pages], pageParams: [...cursors, ...pageParams.slice(1)] });
}

/** `loaded` after its page `index` was fetched again, from the same cursor on. */
export function withPage(loaded: LoadedPages, index: number, page: Page<ListRow>): LoadedPages {
  const isLast = page.nextCursor === null;
  const pages = loaded.pages.toSpliced(index, isLast ? loaded.pages.length - index : 1, page);
  const pageParams = loaded.pageParams.slice(0, pages.length);
  if (page.nextCursor !== null && index + 1 < pageParams.length) pageParams[index + 1] = page.nextCursor;
  return { pages, pageParams };
}

/** Indexes of the pages behind the first that hold mail on the move: the only ones whose rows can have changed. */
export function movingPages({ pages }: LoadedPages): number[] {
  return pages.flatMap((page, index) =>
    index > 0 && page.items.some(({ state }) => state && MOVING_STATES.includes(state)) ? [index] : [],
  );
}

/** `loaded` with one mail waiting for its turn again. */
export function withQueued({ pages, pageParams }: LoadedPages, id: string): LoadedPages {
  const queue = (item: ListRow): ListRow => (item.id === id ? { ...item, state: 'queued' } : item);
  return { pages: pages.map(({ items, nextCursor }) => ({ items: items.map(queue), nextCursor })), pageParams };
}

/** How far a page can be pushed into those behind it: by a round or two of new rows. */
const OVERLAP_PAGES = 4;

/** Rows of a page that none of the pages just before it has, as they were found last. */
interface OwnRows {
  before: readonly Page<ListRow>[];
  rows: ListRow[];
}

const idsOf = new WeakMap<Page<ListRow>, Set<string>>();
const ownRows = new WeakMap<Page<ListRow>, OwnRows>();

function idsIn(page: Page<ListRow>): Set<string> {
  const ids = idsOf.get(page) ?? new Set(page.items.map(({ id }) => id));
  idsOf.set(page, ids);
  return ids;
}

/** Every row once, newest first: two pages overlap for a moment when rows have moved between them. Pages that stay are not gone through again. */
export function rowsOf<Row extends ListRow>(loaded: Pick<LoadedPages<Row>, 'pages'> | undefined): Row[] {
  const pages: readonly Page<ListRow>[] = loaded?.pages ?? [];
  const parts = pages.map((page, index) => {
    const before = pages.slice(Math.max(0, index - OVERLAP_PAGES), index);
    const known = ownRows.get(page);
    if (known && known.before.length === before.length && before.every((one, at) => known.before[at] === one))
      return known.rows;
    const rows = page.items.filter(({ id }) => !before.some((one) => idsIn(one).has(id)));
    ownRows.set(page, { before, rows });
    return rows;
  });
  return parts.flat() as Row[];
}

/** `loaded` without what is further down than a reader at its top will look for. */
export const cutAtTop = (loaded: LoadedPages): LoadedPages => bounded(loaded, ROWS_AT_TOP);

export const isFull = (pages: readonly Page<ListRow>[], most = MAX_ROWS): boolean =>
  pages.reduce((sum, { items }) => sum + items.length, 0) >= most;

export const isLongForTop = (rows: number): boolean => rows > ROWS_AT_TOP;

function bounded({ pages, pageParams }: LoadedPages, most = MAX_ROWS): LoadedPages {
  let rows = 0;
  const kept = pages.filter(({ items }, index) => {
    rows += items.length;
    return index === 0 || rows <= most;
  });
  return { pages: kept, pageParams: pageParams.slice(0, kept.length) };
}
