import { digestGapMs, type EnvironmentName, faultPoint } from '@hikyaku/core';
import {
  type Database,
  type DueDigest,
  findDueDigests,
  insertDigest,
  keepGathered,
  letGathered,
  letOnly,
  readDigestMails,
} from '@hikyaku/db';
import type { TurnQueue } from '@hikyaku/queue';
import { sendOwnMail } from '@hikyaku/services';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { Pace } from '@hikyaku/upstreams';
import type { ContentOpener, ContentSealer } from '@hikyaku/vault';
import { digestWords } from './digest-words.ts';
import { pictureOf } from './picture-of.ts';

export interface DigestTools {
  database: Database;
  environment: EnvironmentName;
  contentOpener: ContentOpener;
  contentSealer: ContentSealer;
  spool: SpoolStore;
  queue: Pick<TurnQueue, 'wake'>;
  paceOf(accountKey: string, address: string | null): Pace;
  /** Domain of our Message-IDs. */
  messageIdDomain: string;
  logger: Logger;
  stopping: AbortSignal;
}

/** Digests made in a round, each with two mails read: some tenths of a second; the next round goes on. */
const IN_A_ROUND = 20;
/** Looked at in a round: those that have to wait cost a comparison. */
const LOOKED_AT = 1_000;
/** Of a picture: two of them stay, as base64 inside base64, under the 4 MB that Graph takes in one request. */
const PICTURE_MAX = 1024 * 1024;

/**
 * Makes the digests whose time has come, and wakes the accounts that got mail by it. Safe beside other workers: the digest and its mails' move are one commit.
 * @returns accounts with mail due
 */
export async function makeDigests(tools: DigestTools): Promise<string[]> {
  const accounts: string[] = [];
  const failed: string[] = [];
  let failures = 0;
  const found = await findDueDigests(tools.database, tools.environment, LOOKED_AT);
  if (found.length === 0) return accounts;
  for (const due of found) {
    if (tools.stopping.aborted || accounts.length + failures >= IN_A_ROUND) break;
    const { day } = tools.paceOf(due.accountKey, due.mailboxAddress);
    const gapMs = day && due.notBefore === null ? digestGapMs(due.day, day.perDay) : 0;
    if (hasToWait(due, gapMs, accounts)) continue;
    try {
      if (await makeDigest(due, gapMs, tools)) accounts.push(due.accountKey);
    } catch (error) {
      failures += 1;
      failed.push(...due.deviceIds);
      // One device's mail that cannot be read keeps no other's waiting; its mails leave by themselves in the end.
      tools.logger.error({ event: 'digest.failed', deviceIds: due.deviceIds, mails: due.mails.length, err: error });
    }
  }
  await keepGathered(tools.database, failed);
  return accounts;
}

/** The digest before is on its way, or the account's last one is not old enough; one of this round is none. */
function hasToWait(due: DueDigest, gapMs: number, made: string[]): boolean {
  if (!due.canSend || due.name === null || due.notBefore !== null) return false;
  const agoMs = due.digestedAgoMs ?? -1;
  return due.isBehind || (gapMs > 0 && ((agoMs >= 0 && agoMs < gapMs) || made.includes(due.accountKey)));
}

/** True when mail is due by it. */
async function makeDigest(due: DueDigest, gapMs: number, tools: DigestTools): Promise<boolean> {
  const { database } = tools;
  if (!due.canSend || due.name === null) {
    // What cannot be sent is held like any other mail, and what its device left is nobody's storm.
    await letGathered(database, due.mails);
    return true;
  }
  if (due.mails.length === 1) return letOnly(database, due, gapMs);
  return sendDigest(due, due.name, gapMs, tools);
}

async function sendDigest(due: DueDigest, name: string, gapMs: number, tools: DigestTools): Promise<boolean> {
  const mails = await readDigestMails(tools.database, due.mails);
  if (mails.length < 2) return false;
  const ofOneDevice = due.deviceIds.length === 1;
  const files: { name: string; type: string; bytes: Buffer }[] = [];
  for (const [file, mail] of [['first', mails[0]!] as const, ['last', mails.at(-1)!] as const]) {
    const picture = await pictureOf(mail, due.tenantId, PICTURE_MAX, tools);
    if (picture) files.push({ name: `${file}${picture.extension}`, type: picture.type, bytes: picture.bytes });
  }
  await faultPoint('worker.digest-composed');
  let isMade = false;
  await sendOwnMail(
    {
      ...tools,
      // Its account is woken with the others of the round.
      queue: { wake: async () => {} },
      insertMessages: async ([message]) => {
        await faultPoint('worker.digest-spooled');
        const inserted = await insertDigest(tools.database, message!, due, gapMs);
        await faultPoint('worker.digest-inserted');
        isMade = inserted.length > 0;
        return inserted;
      },
    },
    {
      tenantId: due.tenantId,
      mailbox: { id: due.mailboxId, address: due.mailboxAddress },
      deviceId: ofOneDevice ? due.deviceIds[0]! : null,
      recipients: due.recipients,
      ...digestWords({
        name,
        mails: mails.map(({ acceptedAt, subject, deviceName }) => ({
          at: acceptedAt,
          subject,
          deviceName: ofOneDevice ? null : deviceName,
        })),
        timeZone: due.timeZone,
        pictures: files.length,
      }),
      files,
      isTest: false,
      hideSubject: due.hideSubjects,
      notBefore: due.notBefore,
    },
  );
  if (isMade) tools.logger.info({ event: 'digest.made', deviceIds: due.deviceIds, mails: mails.length });
  return isMade;
}
