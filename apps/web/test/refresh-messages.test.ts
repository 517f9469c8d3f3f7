import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { MessageState, MessageSummary, Page } from '@hikyaku/contracts';
import { QueryClient } from '@tanstack/react-query';
import { keys } from '../src/api/keys.ts';
import {
  cutAtTop,
  isFull,
  type LoadedPages,
  MAX_ROWS,
  rowsOf,
  withHead,
} from '../src/features/messages/loaded-pages.ts';
import { noteRetried, refreshList } from '../src/features/messages/refresh-messages.ts';

const idOf = (seq: number) => `mail-${seq}`;
/** The api behind `fetch`: mails by number, newest first; a cursor is the number that the page stays below. */
let mails: Map<number, MessageState>;
let asked: string[];
const realFetch = globalThis.fetch;

const mail = (seq: number, state: MessageState) => ({ id: idOf(seq), state }) as MessageSummary;
function pageOf(cursor: string, limit: number, state: string | null): Page<MessageSummary> {
  const below = cursor ? Number(cursor) : Number.POSITIVE_INFINITY;
  const fitting = [...mails].filter(([seq, is]) => seq < below && (!state || is === state)).sort(([a], [b]) => b - a);
  const last = fitting[limit - 1]?.[0];
  const nextCursor = fitting.length > limit && last !== undefined ? String(last) : null;
  return { items: fitting.slice(0, limit).map(([seq, is]) => mail(seq, is)), nextCursor };
}

beforeEach(() => {
  mails = new Map();
  asked = [];
  globalThis.fetch = async (input) => {
    const { searchParams } = new URL(String(input), 'http://relay');
    asked.push(searchParams.get('cursor') ?? 'head');
    const limit = Number(searchParams.get('limit'));
    return Response.json(pageOf(searchParams.get('cursor') ?? '', limit, searchParams.get('state')));
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

function accept(from: number, to: number, state: MessageState = 'sent'): void {
  for (let seq = from; seq <= to; seq += 1) mails.set(seq, state);
}

/** A list of `count` pages of 30, as "load more" leaves it. */
function openList(count: number, filter: Record<string, string> = {}) {
  const client = new QueryClient();
  const queryKey = keys.messages({ ...filter, limit: '30' });
  const loaded: LoadedPages = { pages: [], pageParams: [] };
  for (let cursor = ''; loaded.pages.length < count; ) {
    const page = pageOf(cursor, 30, filter.state ?? null);
    loaded.pages.push(page);
    loaded.pageParams.push(cursor);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  client.setQueryData<LoadedPages>(queryKey, loaded);
  const rows = () => rowsOf(client.getQueryData<LoadedPages>(queryKey)).map(({ id }) => id);
  return { client, queryKey, rows, refresh: () => refreshList(client, queryKey) };
}

const ids = (newest: number, oldest: number) =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => idOf(newest - index));

test('with twenty pages loaded and all mail at rest, a change costs one request, and the new mail stands on top', async () => {
  accept(1, 1000);
  const list = openList(20);
  accept(1001, 1003);
  await list.refresh();
  assert.deepEqual(asked, ['head']);
  assert.deepEqual(list.rows(), ids(1003, 401));
});

test('a storm of hours leaves every row once, in order, and the next page goes on where the list ends', async () => {
  accept(1, 200);
  const list = openList(3);
  for (let seq = 201; seq <= 900; seq += 7) {
    accept(seq, seq + 6);
    await list.refresh();
  }
  assert.deepEqual(list.rows(), ids(900, 111));
  assert.equal(list.client.getQueryData<LoadedPages>(list.queryKey)?.pages.at(-1)?.nextCursor, '111');
});

test('a mail on the move far down is asked for until it is at rest; its page alone', async () => {
  accept(1, 300);
  mails.set(215, 'deferred');
  const list = openList(5);
  await list.refresh();
  assert.deepEqual(asked, ['head', '241']);
  mails.set(215, 'sent');
  await list.refresh();
  asked = [];
  await list.refresh();
  assert.deepEqual(asked, ['head']);
  const seen = rowsOf(list.client.getQueryData<LoadedPages>(list.queryKey)).find(({ id }) => id === idOf(215));
  assert.equal(seen?.state, 'sent');
});

test('with thousands waiting a round asks for three pages, and every page has its turn', async () => {
  accept(1, 900, 'queued');
  const list = openList(21);
  for (let round = 0; round < 10; round += 1) {
    const before = asked.length;
    await list.refresh();
    assert.ok(asked.length - before <= 3);
  }
  assert.equal(new Set(asked).size, 21);
});

test('what left a filter leaves the list; what lies further down is not lost', async () => {
  accept(1, 120, 'queued');
  const list = openList(4, { state: 'queued' });
  accept(100, 110, 'sent');
  await list.refresh();
  const left = [...ids(120, 111), ...ids(99, 1)];
  assert.deepEqual(list.rows(), left);
});

test('more than a page of new mail at once is asked for down to what is there; after a thousand the list begins anew, without a gap that nobody sees', async () => {
  accept(1, 100);
  const list = openList(3);
  for (const newest of [200, 650]) {
    accept(101, newest);
    await list.refresh();
    assert.deepEqual(list.rows(), ids(newest, 1));
  }
  accept(651, 2_000);
  await list.refresh();
  assert.deepEqual(list.rows(), ids(2_000, 1_971));
});

test('a list keeps a bounded number of rows', () => {
  const page = (index: number): Page<MessageSummary> => ({
    items: ids(10_000 - index * 200, 10_000 - index * 200 - 199).map((id) => ({ id, state: 'sent' }) as MessageSummary),
    nextCursor: String(index),
  });
  const pages = Array.from({ length: 40 }, (_, index) => page(index));
  const head = {
    items: [{ id: 'new', state: 'sent' } as MessageSummary, ...(pages[0]?.items.slice(0, 29) ?? [])],
    nextCursor: 'x',
  };
  const next = withHead({ pages, pageParams: pages.map((_, index) => String(index)) }, head);
  assert.equal(next.pages.length, 41, 'whoever reads further down keeps his place');
  const atTop = cutAtTop(next);
  assert.ok(rowsOf(atTop).length <= 3_000);
  assert.equal(atTop.pages.length, atTop.pageParams.length);
  const many = Array.from({ length: MAX_ROWS / 200 }, (_, index) => page(index - 1_000));
  assert.deepEqual([isFull(pages), isFull(many)], [false, true]);
  const grown = withHead({ pages: [pages[0]!, ...many], pageParams: ['', ...many.map((_, at) => String(at))] }, head);
  assert.ok(rowsOf(grown).length <= MAX_ROWS);
  assert.equal(next.pages.length, next.pageParams.length);
});

test('a mail that was sent again far down is on the move in the lists too', async () => {
  accept(1, 300);
  mails.set(150, 'failed');
  const list = openList(6);
  mails.set(150, 'queued');
  await noteRetried(list.client, idOf(150));
  await list.refresh();
  assert.ok(asked.includes('151') || asked.includes('181'), asked.join());
});

test('a search that has found nothing yet keeps how far it has looked, until something is found', () => {
  const empty = (nextCursor: string | null) => ({ items: [], nextCursor });
  const loaded = { pages: [empty('700'), empty('400'), empty('100')], pageParams: ['', '700', '400'] };
  assert.deepEqual(withHead(loaded, empty('750')), loaded);
  const head = { items: [mail(900, 'sent')], nextCursor: '800' };
  assert.deepEqual(withHead(loaded, head).pages, [head]);
});
