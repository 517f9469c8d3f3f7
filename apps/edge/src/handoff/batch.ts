import { type Clock, faultPoint, isFinalState, type PlanLimits } from '@hikyaku/core';
import {
  countDestroyed,
  type Database,
  type HandoffFacts,
  insertMessages,
  type NewMessage,
  readHandoffFacts,
} from '@hikyaku/db';
import type { Journal, JournalEntry, SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { JournalShare } from '../limits/journal-share.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { sqlStateOf } from './failure-kind.ts';
import type { OpenPacks } from './open-packs.ts';
import type { Waker } from './waker.ts';

export interface HandoffParts {
  journal: Journal;
  spool: SpoolStore;
  packs: OpenPacks;
  database: Database;
  waker: Waker;
  share: Pick<JournalShare, 'handedOff'>;
  metrics: EdgeMetrics;
  clock: Clock;
  logger: Logger;
  plan: PlanLimits;
}

/** Large mails of a batch are linked and synced that many at a time. */
const LINKS_AT_ONCE = 4;

/**
 * Hands one batch off: rows read first, content into the spool, one insert, wake, acknowledge last. After a kill anywhere the whole batch comes
 * again and ends in the same rows. Entries in the answer are to be tried again; anything thrown means none was acknowledged.
 */
export async function handOffBatch(parts: HandoffParts, entries: JournalEntry[]): Promise<JournalEntry[]> {
  const { database, logger, metrics, waker } = parts;
  await faultPoint('handoff.taken');
  const sorted = sortByFacts(
    entries,
    await readHandoffFacts(
      database,
      entries.map(({ meta }) => meta),
    ),
  );
  if (sorted.erased.length)
    await countDestroyed(
      database,
      sorted.erased.map(({ meta }) => meta),
    );

  const inserted = await insert(parts, sorted.fresh);
  await faultPoint('handoff.after-insert');
  await waker.wake(new Set([...sorted.accountsToWake, ...inserted.flatMap(({ accountKey }) => accountKey ?? [])]));
  await faultPoint('handoff.after-wake');
  for (const { lagMs } of inserted) metrics.handedOff(lagMs);

  const insertedIds = new Set(inserted.map(({ id }) => id));
  const [taken, left] = partition(sorted.fresh, ({ meta }) => insertedIds.has(meta.messageId));
  await faultPoint('handoff.before-done');
  const unacknowledged = [
    ...(await acknowledge(parts, [...sorted.known, ...taken], 'done')),
    ...(await acknowledge(parts, sorted.erased, 'destroy')),
  ];
  const homeless = { reason: 'its tenant is unknown', label: 'unknown_tenant', mayBeHandedOff: false };
  await setAside(parts, sorted.homeless, homeless);
  // What it cannot do now it does after the next batch.
  await parts.packs.clear().catch(() => {});
  if (sorted.erased.length) logger.warn({ event: 'handoff.destroyed_after_erasure', mails: sorted.erased.length });
  return [...left, ...unacknowledged];
}

/** Moves entries aside with an alarm; they never block the rest. `mayBeHandedOff`: as for `Journal.quarantine`. */
export async function setAside(
  { journal, logger, metrics, share }: HandoffParts,
  entries: JournalEntry[],
  { reason, label, mayBeHandedOff }: { reason: string; label: string; mayBeHandedOff: boolean },
): Promise<void> {
  for (const entry of entries) {
    await journal.quarantine(entry, reason, mayBeHandedOff);
    metrics.quarantined(label);
    const { messageId, tenantId, deviceId, sizeBytes } = entry.meta;
    share.handedOff(tenantId, sizeBytes);
    logger.error({ event: 'handoff.quarantined', messageId, tenantId, deviceId, reason });
  }
}

function sortByFacts(entries: JournalEntry[], facts: HandoffFacts[]) {
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  const factOf = ({ meta }: JournalEntry): HandoffFacts | undefined => byId.get(meta.messageId.toLowerCase());
  const [known, unknown] = partition(
    entries,
    (entry) => factOf(entry)?.state != null || factOf(entry)?.hasTombstone === true,
  );
  const of = (tenant: HandoffFacts['tenant']) => unknown.filter((entry) => factOf(entry)?.tenant === tenant);
  const accountsToWake = known.flatMap((entry) => {
    const fact = factOf(entry);
    return fact?.accountKey && fact.state && !isFinalState(fact.state) ? [fact.accountKey] : [];
  });
  return { known, accountsToWake, fresh: of('alive'), erased: of('erased'), homeless: of('missing') };
}

async function insert(parts: HandoffParts, entries: JournalEntry[]) {
  if (entries.length === 0) return [];
  const { database, packs } = parts;
  const { objects, messages } = await spoolContents(parts, entries);
  await faultPoint('handoff.after-spool');
  await faultPoint('handoff.before-insert');
  try {
    const inserted = await insertMessages(database, messages, parts.plan);
    // Short of all, its rows may be those of an earlier try, with a pack of their own.
    if (inserted.length === messages.length) for (const object of objects) await packs.end(object);
    return inserted;
  } catch (error) {
    // Only where the server said no: after a lost connection the rows may be there, pointing at these objects.
    if (sqlStateOf(error)) await dropPacks(parts, objects);
    throw error;
  }
}

/** Packs that no row points at. What cannot be removed now is `packs.clear`'s. */
async function dropPacks({ spool, packs }: HandoffParts, objects: string[]): Promise<void> {
  for (const object of objects) {
    await spool.remove(object).then(
      () => packs.end(object),
      () => {},
    );
  }
}

/** Small mails as their segments, each large one as its own object; all durable when it resolves. `objects`: the segments'. */
async function spoolContents(
  parts: HandoffParts,
  entries: JournalEntry[],
): Promise<{ objects: string[]; messages: NewMessage[] }> {
  const { spool, packs } = parts;
  const [small, large] = partition(entries, ({ kind }) => kind === 'small');
  const messages: NewMessage[] = [];
  for (let from = 0; from < large.length; from += LINKS_AT_ONCE) {
    const linked = large.slice(from, from + LINKS_AT_ONCE).map(async ({ meta, path, cipherLength }) => {
      messages.push({ ...meta, spool: await spool.putFile(meta.messageId, path, cipherLength) });
    });
    await Promise.all(linked);
  }
  const objects: string[] = [];
  try {
    for (const [path, records] of Map.groupBy(small, (entry) => entry.path)) {
      const messageIds = records.map(({ meta }) => meta.messageId);
      const note = (object: string) => packs.begin({ object, messageIds });
      const { object, slices } = await spool.putRecords({ path, records }, note);
      objects.push(object);
      for (const [index, { meta }] of records.entries())
        messages.push({ ...meta, spool: { object, ...slices[index]! } });
    }
  } catch (error) {
    // A disk that is full must not be filled by what is tried again.
    await dropPacks(parts, objects);
    throw error;
  }
  return { objects, messages };
}

/**
 * `done`: their rows are there, so that next time they are only acknowledged; `destroy`: nobody may have them. Those whose acknowledgement failed.
 */
async function acknowledge(
  { journal, logger, share }: HandoffParts,
  entries: JournalEntry[],
  how: 'done' | 'destroy',
): Promise<JournalEntry[]> {
  const failed: JournalEntry[] = [];
  for (const entry of entries) {
    try {
      await journal[how](entry);
      share.handedOff(entry.meta.tenantId, entry.meta.sizeBytes);
    } catch (error) {
      logger.warn({ event: 'handoff.acknowledge_failed', messageId: entry.meta.messageId, err: error });
      failed.push(entry);
    }
  }
  return failed;
}

function partition<T>(items: T[], test: (item: T) => boolean): [T[], T[]] {
  const groups = Object.groupBy(items, (item) => (test(item) ? 'yes' : 'no'));
  return [groups.yes ?? [], groups.no ?? []];
}
