import { type Database, insertRecovered, type NewMessage, readHandoffFacts } from '@hikyaku/db';
import type { SpooledMail, SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentOpener } from '@hikyaku/vault';

/** Of younger objects the rows may be on their way. */
const MIN_AGE_MS = 60_000;

export interface RecoverTools {
  database: Database;
  spool: SpoolStore;
  contentOpener: Pick<ContentOpener, 'openAlone'>;
  /** Derived from each EDGE_KEY that the instance had. */
  journalKeys: Buffer[];
  /** Takes mails too whose record none of these keys made: whoever knows the public half and writes to the disk could have made it. */
  takesUnproven: boolean;
  now: () => number;
  logger: Logger;
}

/** How many mails, each counted once. */
export interface RecoverCounts {
  /** On their way again, marked as possible repeats. */
  recovered: number;
  /** Postgres knows them, or knew them within 31 days. */
  known: number;
  /** Their tenant is erased, or not in the database. */
  homeless: number;
  /** Their sealed key does not open, or what it opens was changed. */
  unreadable: number;
  unproven: number;
}

/**
 * Hands off again, from the spool alone, what has no row: after a database came back without its newest rows. Repeating it does nothing, and it may run
 * beside everything else.
 * @throws RelayError `db.unavailable`, `spool.unavailable`
 */
export async function recoverSpool(tools: RecoverTools): Promise<RecoverCounts> {
  const counts: RecoverCounts = { recovered: 0, known: 0, homeless: 0, unreadable: 0, unproven: 0 };
  const seen = new Set<string>();
  for await (const { object, modifiedAt } of tools.spool.list()) {
    if (tools.now() - modifiedAt < MIN_AGE_MS) continue;
    // Batches of one segment have an object each, with all of its mails.
    const mails = (await tools.spool.mails(object)).filter(({ messageId }) => !seen.has(messageId));
    for (const { messageId } of mails) seen.add(messageId);
    if (mails.length > 0) await recoverObject(object, mails, tools, counts);
  }
  return counts;
}

async function recoverObject(
  object: string,
  mails: SpooledMail[],
  tools: RecoverTools,
  counts: RecoverCounts,
): Promise<void> {
  const { database, spool, logger } = tools;
  const found = mails.flatMap((mail) => {
    const opened = openMail(mail, tools);
    if (typeof opened !== 'string') return [{ ...opened, slice: mail.slice }];
    counts[opened] += 1;
    logger.warn({ event: `recover.${opened}`, object, messageId: mail.messageId });
    return [];
  });
  const facts = new Map((await readHandoffFacts(database, found)).map((fact) => [fact.id, fact]));
  const lost = found.filter(({ messageId }) => {
    const fact = facts.get(messageId.toLowerCase());
    const isKnown = fact?.state != null || fact?.hasTombstone === true;
    if (isKnown) counts.known += 1;
    else if (fact?.tenant !== 'alive') counts.homeless += 1;
    else return true;
    return false;
  });
  if (lost.length === 0) return;
  // Under a name of its own: a worker may be about to remove the old one, for the sake of those whose rows it knows.
  const own = await spool.again(object);
  const messages = lost.map(({ slice, ...meta }): NewMessage => ({ ...meta, spool: { object: own, ...slice } }));
  const inserted = await insertRecovered(database, messages);
  counts.recovered += inserted.length;
  counts.known += messages.length - inserted.length;
  logger.info({ event: 'recover.handed_off', object, as: own, mails: inserted.length });
}

function openMail(mail: SpooledMail, { contentOpener, journalKeys, takesUnproven }: RecoverTools) {
  try {
    const { contentKey, fits } = contentOpener.openAlone(mail.messageId, mail.keySealed);
    const opened = mail.open(contentKey, journalKeys);
    if (!opened || opened.meta.messageId !== mail.messageId || !fits(opened.meta)) return 'unreadable';
    return opened.isByEdge || takesUnproven ? opened.meta : 'unproven';
  } catch {
    return 'unreadable';
  }
}
