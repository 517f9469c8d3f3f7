import { type EnvironmentName, faultPoint, holdBudget, limitsOf, type PlanLimits } from '@hikyaku/core';
import {
  type Database,
  type DueFold,
  findFolds,
  findHeldBacklogs,
  growFold,
  insertFold,
  readDigestMails,
  readFoldFacts,
} from '@hikyaku/db';
import { type Picture, takeShown } from '@hikyaku/mail';
import type { TurnQueue } from '@hikyaku/queue';
import { sendOwnMail, storeOwnMail } from '@hikyaku/services';
import { decryptContent, type SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentOpener, ContentSealer } from '@hikyaku/vault';
import { digestWords, MAX_LINES } from './digest-words.ts';
import { pictureOf } from './picture-of.ts';

export interface FoldTools {
  database: Database;
  environment: EnvironmentName;
  plan: PlanLimits;
  contentOpener: ContentOpener;
  contentSealer: ContentSealer;
  spool: SpoolStore;
  queue: Pick<TurnQueue, 'wake'>;
  /** Domain of our Message-IDs. */
  messageIdDomain: string;
  /** What was folded is told. */
  tell(): void;
  logger: Logger;
  stopping: AbortSignal;
}

/** Of a picture: what a camera of 8 megapixels makes. What is too large for the provider in the end is made smaller when it leaves. */
const PICTURE_MAX = 4 * 1024 * 1024;
/** Mails looked through for a first and for a last picture, from each end: some of a storm have none. */
const LOOKED_THROUGH = 3;
/** Mailboxes looked at in a round; the next one goes on behind them. */
const MAILBOXES = 200;
/** Counted of a mailbox: no budget is larger. */
const COUNTED = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Folds what mailboxes that cannot send hold beyond their budget: of each device that wants digests one mail that waits in the place of its storm, and grows with it (ADR 0047). Safe beside
 * other workers: the digest's content and its mails' move are one commit.
 */
export function foldHeld(tools: FoldTools): () => Promise<void> {
  let after = BEFORE_ALL;
  return async () => {
    const { database, environment, plan, stopping } = tools;
    const backlogs = await findHeldBacklogs(database, environment, { after, most: COUNTED, limit: MAILBOXES });
    after = backlogs.length < MAILBOXES ? BEFORE_ALL : backlogs.at(-1)!.mailboxId;
    for (const { mailboxId, isClosed, mails, bytes, limits } of backlogs) {
      const budget = holdBudget(limitsOf(plan, limits));
      if (!isClosed || (mails < budget.mails && bytes < budget.bytes)) continue;
      for (const fold of await findFolds(database, mailboxId)) {
        if (stopping.aborted) return;
        await foldOne(fold, tools).catch((error: unknown) =>
          // One device's mail that cannot be read keeps no other's from being folded.
          tools.logger.error({ event: 'fold.failed', deviceId: fold.deviceId, mails: fold.mails.length, err: error }),
        );
      }
    }
  };
}

async function foldOne(fold: DueFold, tools: FoldTools): Promise<void> {
  const { database, spool } = tools;
  const { digest, tenantId, recipients } = fold;
  const pictures = await firstAndLast(fold, tools);
  const { mails, ...held } = await readFoldFacts(database, digest?.id ?? null, fold.mails, MAX_LINES);
  const words = digestWords({
    name: fold.name,
    mails: mails.map((mail) => ({ ...mail, deviceName: null })),
    held,
    timeZone: fold.timeZone,
    pictures: pictures.length,
  });
  const files = pictures.map(({ type, extension, bytes }, place) => {
    return { name: `${place === 0 ? 'first' : 'last'}${extension}`, type, bytes };
  });
  let isFolded = false;
  if (digest) {
    const { id, mailFrom, messageIdHeader } = digest;
    const mail = { ...words, messageId: id, messageIdHeader, tenantId, mailFrom, recipients, files };
    const content = await storeOwnMail(tools, mail);
    await faultPoint('worker.fold-spooled');
    const subject = fold.hideSubjects ? null : words.subject;
    isFolded = await growFold(database, digest, { ...content, subject }, fold.mails);
    // Nobody else has either of them. What a crash leaves opens with nothing, as its key is in no row.
    await spool.remove(isFolded ? digest.spoolObject : content.spool.object);
  } else {
    const insertMessages: Parameters<typeof sendOwnMail>[0]['insertMessages'] = async ([message]) => {
      await faultPoint('worker.fold-spooled');
      const inserted = await insertFold(database, message!, fold);
      isFolded = inserted.length > 0;
      if (!isFolded) await spool.remove(message!.spool.object);
      // Its mailbox cannot send: nobody is woken.
      return [];
    };
    const { deviceId, mailboxId, mailboxAddress } = fold;
    const mailbox = { id: mailboxId, address: mailboxAddress };
    const own = { tenantId, mailbox, deviceId, recipients, files, isTest: false, hideSubject: fold.hideSubjects };
    await sendOwnMail({ ...tools, insertMessages }, { ...own, ...words });
  }
  if (!isFolded) return;
  tools.tell();
  tools.logger.info({ event: 'fold.made', deviceId: fold.deviceId, mails: fold.mails.length, count: held.count });
}

/** The first picture of the storm and its last one: two, one, or none. */
async function firstAndLast(fold: DueFold, tools: FoldTools): Promise<Picture[]> {
  const mails = await readDigestMails(tools.database, fold.mails);
  const search = async (some: typeof mails): Promise<{ id: string; picture: Picture } | null> => {
    for (const mail of some.slice(0, LOOKED_THROUGH)) {
      const picture = await pictureOf(mail, fold.tenantId, PICTURE_MAX, tools);
      if (picture) return { id: mail.id, picture };
    }
    return null;
  };
  const before = await picturesBefore(fold, tools);
  const last = await search(mails.toReversed());
  if (before.length > 0) return [before[0]!, ...(last ? [last.picture] : before.slice(1))];
  const first = await search(mails);
  if (!first || !last) return [first ?? last].flatMap((found) => found?.picture ?? []);
  return first.id === last.id ? [first.picture] : [first.picture, last.picture];
}

/** Those that the digest has already. @throws what keeps it from being read: it stays as it is, and so do its mails */
async function picturesBefore({ digest, tenantId, recipients }: DueFold, tools: FoldTools): Promise<Picture[]> {
  if (!digest) return [];
  const { id, keySealed, mailFrom, spoolObject, spoolOffset, spoolLength } = digest;
  const key = tools.contentOpener.open(id, keySealed, { tenantId, mailFrom, recipients });
  const content = decryptContent(key, id, tools.spool.read(spoolObject, spoolOffset, spoolLength));
  return (await takeShown(content, { most: 2, maxBytes: 2 * PICTURE_MAX })).pictures;
}
