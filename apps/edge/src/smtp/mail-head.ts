import { chooseMessageId, countOwnReceived, looksLikeTest, readSubject, scanHeader } from '@hikyaku/mail';
import type { RecentIds } from './recent-ids.ts';
import type { EdgePolicy } from './recipient-policy.ts';

/** More than three of our own Received headers are a loop (design, section 4). */
export const MAX_HOPS = 3;

export interface MailHead {
  subject: string | null;
  isTest: boolean;
  /** Received headers that this relay wrote. */
  ownHops: number;
  /** Of every attempt; the device's own where it can be unique. */
  messageIdHeader: string;
}

/** What is kept of a mail's first bytes. `hostName`: the name we sign Received headers with. */
export function readHead(
  head: Buffer,
  context: {
    policy: Pick<EdgePolicy, 'charset' | 'deviceId'>;
    queueId: string;
    hostName: string;
    messageIdDomain: string;
    recentIds: RecentIds;
  },
): MailHead {
  const header = scanHeader(head);
  const { policy, recentIds } = context;
  const subject = readSubject(header, { charset: policy.charset });
  return {
    subject,
    isTest: looksLikeTest(subject),
    ownHops: countOwnReceived(header, context.hostName),
    messageIdHeader: chooseMessageId(header, context.messageIdDomain, context.queueId, (id) =>
      recentIds.isRepeated(policy.deviceId, id),
    ),
  };
}
