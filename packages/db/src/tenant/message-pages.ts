import type { MessageState } from '@hikyaku/core';
import { Prisma } from '../generated/client.ts';
import { fitsWord, searchWords } from './message-search.ts';
import { type MessageRow, selectMessages } from './messages.ts';
import type { TenantScope } from './scope.ts';
import { seqAfter, seqBefore } from './seq-at-time.ts';

export interface MessageFilter {
  deviceId?: string | undefined;
  mailboxId?: string | undefined;
  states?: MessageState[] | undefined;
  /** Words, all of which have to fit: see `searchWords`. */
  text?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

export interface MessagePage {
  rows: MessageRow[];
  /** The look-out for fitting mail stopped there with room left on its page: go on below it. Null when it saw everything. */
  searchedTo: bigint | null;
}

/** Column `state_number`, as its migration makes it. */
export const STATE_NUMBERS: Record<MessageState, number> = {
  queued: 1,
  sending: 2,
  sent: 3,
  deferred: 4,
  held: 5,
  in_doubt: 6,
  digested: 7,
  suppressed: 8,
  failed: 9,
  expired: 10,
  cancelled: 11,
  quarantined: 12,
};

/** Mails looked at in one statement: about ten milliseconds of comparing words. */
const CHUNK = 3_000;
/** A page that has found too little by then says so and how to go on: two chunks more or less, far from anybody's patience. */
const LOOK_FOR_MS = 25;

/** An edge that handed a mail off later than that after its acceptance was cut off; as in index `messages_late`. */
const LATE = Prisma.raw(`m.ingested_at - m.accepted_at > interval '5 minutes'`);
const LATE_MS = 300_000;

/**
 * Newest ingest first, from `beforeSeq` on: stable while new mail arrives. A filter that an index answers alone is one short range scan. With
 * others the mail is looked through in chunks until the page is full or `LOOK_FOR_MS` are over, so that no page costs more, whatever is asked.
 */
export async function pageMessages(
  scope: TenantScope,
  filter: MessageFilter,
  page: { limit: number; beforeSeq?: bigint | undefined; chunk?: number; lookForMs?: number },
): Promise<MessagePage> {
  const byQueueId = await findByQueueId(scope, filter, page.beforeSeq);
  if (byQueueId) return { rows: byQueueId, searchedTo: null };
  const places = await placesOf(scope, filter);
  const fits = [...fitsOf(filter), ...(await searchWords(scope, filter.text)).map(fitsWord)];
  // Where nearly everything fits, as with a time alone, the first look fills the page.
  let chunk = page.chunk ?? (fits.length === 0 ? page.limit : Math.min(CHUNK, 4 * page.limit));
  const startedAt = performance.now();
  const found: string[] = [];
  let below = page.beforeSeq;
  for (;;) {
    const { seen, last, ids } = await lookThrough(scope, {
      places,
      fits,
      below,
      chunk,
      limit: page.limit - found.length,
    });
    found.push(...ids);
    const isFull = found.length >= page.limit;
    if (isFull || seen < chunk || last === null) return { rows: await selectMessages(scope, found), searchedTo: null };
    below = last;
    chunk = page.chunk ?? CHUNK;
    const isLong = performance.now() - startedAt >= (page.lookForMs ?? LOOK_FOR_MS);
    if (isLong) return { rows: await selectMessages(scope, found), searchedTo: last };
  }
}

/** When the mail at which a look-out stopped was accepted; null when it has gone since. */
export async function acceptanceOf(scope: TenantScope, seq: bigint): Promise<Date | null> {
  const rows = await scope.tx.$queryRaw<{ acceptedAt: Date }[]>`
    SELECT m.accepted_at AS "acceptedAt" FROM messages m WHERE m.tenant_id = ${scope.tenantId}::uuid AND m.seq = ${seq}`;
  return rows[0]?.acceptedAt ?? null;
}

/** A whole queue id is one probe of its index, however old the mail. Null: not a queue id, or no mail of this tenant has it. */
async function findByQueueId(
  scope: TenantScope,
  filter: MessageFilter,
  beforeSeq: bigint | undefined,
): Promise<MessageRow[] | null> {
  if (!filter.text || !/^[A-Za-z0-9]{16}$/.test(filter.text)) return null;
  const fits = Prisma.join([Prisma.sql`true`, ...fitsOf(filter, true)], ' AND ');
  const rows = await scope.tx.$queryRaw<{ id: string; seq: bigint; fits: boolean }[]>`
    SELECT m.id, m.seq, (${fits}) AS fits FROM messages m
    WHERE m.queue_id = ${filter.text.toUpperCase()} AND m.tenant_id = ${scope.tenantId}::uuid`;
  const [row] = rows;
  if (!row) return null;
  const isWanted = row.fits && (beforeSeq === undefined || row.seq < beforeSeq);
  return isWanted ? selectMessages(scope, [row.id]) : [];
}

/** Conditions that together take in every mail that can fit, each a range of one index in order of `seq`. */
async function placesOf(scope: TenantScope, filter: MessageFilter): Promise<Prisma.Sql[]> {
  const tenant = Prisma.sql`m.tenant_id = ${scope.tenantId}::uuid`;
  // Acceptance comes before ingest: nothing accepted since `from` was ingested before it.
  const since = filter.from ? [Prisma.sql`m.seq > ${await seqBefore(scope, filter.from)}`] : [];
  const ranges: Prisma.Sql[][] = [];
  const { deviceId, mailboxId, states } = filter;
  // What was not simply sent is the least, nearly always. Each state once: a place that is there twice would give its mails twice.
  if (isIndexed(states)) {
    ranges.push(...[...new Set(states)].map((state) => [isIn([state]), Prisma.raw('m.state_number <> 3')]));
  } else if (deviceId) ranges.push([Prisma.sql`m.device_id = ${deviceId}::uuid`]);
  else if (mailboxId) ranges.push([Prisma.sql`m.mailbox_id = ${mailboxId}::uuid`]);
  else ranges.push([]);
  const all = ranges.map((range) => [tenant, ...range, ...since]);
  if (!filter.to) return all.map((range) => Prisma.join(range, ' AND '));
  const end = await seqAfter(scope, new Date(filter.to.getTime() + LATE_MS));
  if (end === null) return all.map((range) => Prisma.join(range, ' AND '));
  return [
    ...all.map((range) => Prisma.join([...range, Prisma.sql`m.seq < ${end}`], ' AND ')),
    Prisma.join([tenant, Prisma.sql`m.seq >= ${end}`, LATE, ...since], ' AND '),
  ];
}

/** What is left to be compared mail by mail; nothing when the place says it all. */
function fitsOf(filter: MessageFilter, all = false): Prisma.Sql[] {
  const { deviceId, mailboxId, states, from, to } = filter;
  const fits: Prisma.Sql[] = [];
  // Late mail is found by its lateness alone, so that with `to` everything is compared.
  const place = all || to ? null : isIndexed(states) ? 'states' : deviceId ? 'device' : 'mailbox';
  if (deviceId && place !== 'device') fits.push(Prisma.sql`m.device_id = ${deviceId}::uuid`);
  if (mailboxId && place !== 'mailbox') fits.push(Prisma.sql`m.mailbox_id = ${mailboxId}::uuid`);
  if (states && place !== 'states') fits.push(isIn(states));
  if (from) fits.push(Prisma.sql`m.accepted_at >= ${from}`);
  if (to) fits.push(Prisma.sql`m.accepted_at < ${to}`);
  return fits;
}

const isIndexed = (states: MessageState[] | undefined): states is MessageState[] =>
  states !== undefined && !states.includes('sent');

// As constants: a partial index is taken for a value that is known when the statement is planned.
const isIn = (states: MessageState[]): Prisma.Sql =>
  states.length === 1
    ? Prisma.raw(`m.state_number = ${STATE_NUMBERS[states[0]!]}`)
    : Prisma.raw(`m.state_number IN (${states.map((state) => STATE_NUMBERS[state]).join(', ')})`);

interface Look {
  places: Prisma.Sql[];
  fits: Prisma.Sql[];
  below: bigint | undefined;
  chunk: number;
  limit: number;
}

/** The next `chunk` mails of the places: how many there were, the last one's `seq`, and the ids of those that fit, newest first. */
async function lookThrough(
  scope: TenantScope,
  { places, fits, below, chunk, limit }: Look,
): Promise<{ seen: number; last: bigint | null; ids: string[] }> {
  const under = below === undefined ? Prisma.empty : Prisma.sql`AND m.seq < ${below}`;
  const columns = Prisma.sql`m.id, m.seq, ${fits.length ? Prisma.join(fits, ' AND ') : Prisma.raw('true')} AS fits`;
  const parts = places.map(
    (place) =>
      Prisma.sql`(SELECT ${columns} FROM messages m WHERE ${place} ${under} ORDER BY m.seq DESC LIMIT ${chunk})`,
  );
  const candidates =
    parts.length === 1
      ? parts[0]!
      : Prisma.sql`SELECT * FROM (${Prisma.join(parts, ' UNION ALL ')}) p ORDER BY p.seq DESC LIMIT ${chunk}`;
  const rows = await scope.tx.$queryRaw<{ seen: number; last: bigint | null; ids: string[] | null }[]>`
    WITH candidates AS MATERIALIZED (${candidates})
    SELECT count(*)::int AS seen, min(seq) AS last,
      (SELECT array_agg(f.id::text ORDER BY f.seq DESC)
       FROM (SELECT id, seq FROM candidates WHERE fits ORDER BY seq DESC LIMIT ${limit}) f) AS ids
    FROM candidates`;
  const { seen, last, ids } = rows[0]!;
  return { seen, last, ids: ids ?? [] };
}
