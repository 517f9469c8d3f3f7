import type { Page } from '@hikyaku/contracts';
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { MESSAGE_LISTS } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';
import {
  hasGap,
  type ListRow,
  type LoadedPages,
  MAX_PAGE,
  movingPages,
  withHead,
  withHeads,
  withPage,
  withQueued,
} from './loaded-pages.ts';

// Behind the head a round asks for no more: with thousands waiting, all pages hold mail on the move.
const PAGES_A_ROUND = 2;
/** Pages of what came meanwhile; after more than a thousand rows the list begins anew. */
const MOST_BETWEEN = 5;

let round = 0;

type Values = Record<string, string | undefined>;

/** A page of the list with this key. `values`: what it is asked with, where that is not what its key says. */
function fetchPage([, , own, route]: QueryKey, cursor: string, values = own as Values): Promise<Page<ListRow>> {
  return request<Page<ListRow>>('GET', `/api/v1/${route}${query({ ...values, cursor })}`);
}

/** Fetches the head of one list again, and in turn the later pages with mail on the move; pages at rest are left alone. */
export async function refreshList(client: QueryClient, queryKey: QueryKey): Promise<void> {
  const values = queryKey[2] as Values;
  const list = client.getQueryCache().find<LoadedPages>({ queryKey, exact: true });
  const change = async (step: (loaded: LoadedPages) => LoadedPages) => {
    // A list that is being lengthened puts its new page behind the pages of its beginning: ours would be lost.
    if (list?.state.fetchStatus === 'fetching') await list.promise?.catch(() => undefined);
    client.setQueryData<LoadedPages>(queryKey, (loaded) => loaded && step(loaded));
  };
  if (!list?.state.data) return;
  const heads = [await fetchPage(queryKey, '')];
  // After a while without a line, or in a storm, more came than a page holds: whoever reads further down keeps his place.
  for (let last = heads[0]!; heads.length <= MOST_BETWEEN && hasGap(list.state.data, last); heads.push(last))
    last = await fetchPage(queryKey, last.nextCursor ?? '', { ...values, limit: String(MAX_PAGE) });
  await change((loaded) => (hasGap(loaded, heads.at(-1)!) ? withHead(loaded, heads[0]!) : withHeads(loaded, heads)));
  const moving = movingPages(list.state.data);
  round += 1;
  for (let turn = 0; turn < Math.min(PAGES_A_ROUND, moving.length); turn += 1) {
    const index = moving[(round * PAGES_A_ROUND + turn) % moving.length] ?? 0;
    const cursor = list.state.data.pageParams[index];
    const length = list.state.data.pages[index]?.items.length;
    if (!cursor || !length) continue;
    const page = await fetchPage(queryKey, cursor, { ...values, limit: String(length) });
    await change((now) => (now.pageParams[index] === cursor ? withPage(now, index, page) : now));
  }
}

/** After news of messages: every list on the screen by its head, and the story that is open. */
export async function refreshMessages(client: QueryClient): Promise<void> {
  const lists = client.getQueryCache().findAll({ queryKey: MESSAGE_LISTS, type: 'active' });
  await Promise.all([
    client.invalidateQueries({ queryKey: ['messages', 'one'] }),
    ...lists.map(({ queryKey }) => refreshList(client, queryKey)),
  ]);
}

/** A mail that was sent on its way again: in the lists it moves from now on, so that they ask for it. */
export async function noteRetried(client: QueryClient, id: string): Promise<void> {
  client.setQueriesData<LoadedPages>({ queryKey: MESSAGE_LISTS }, (loaded) => loaded && withQueued(loaded, id));
  await refreshMessages(client);
}
