import { createHash, randomBytes } from 'node:crypto';
import type { TestMailAnswer } from '@hikyaku/contracts';
import { type AskedArrival, insertArrivals } from '@hikyaku/db';
import type { InTenant } from '../mailboxes/connect-finish.ts';
import { type OwnMail, type OwnMailTools, sendOwnMail } from './send-own-mail.ts';
import type { TestWords } from './test-mail.ts';

/** Long enough for whoever finds it in the junk folder after a holiday. */
const LINK_MS = 14 * 24 * 3_600_000;

export interface TestMailTools extends OwnMailTools {
  /** Origin of the links. */
  publicUrl: string;
}

/** A test, to everybody that it goes to. */
export interface TestMail extends Omit<OwnMail, keyof TestWords | 'isTest' | 'messageId'> {
  wordsFor(link: string): TestWords;
}

/** As a link's token is kept: whoever reads the row cannot press it. */
export const arrivalTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * Sends each recipient a mail of his own, with a link by which he says that it arrived. Returns once all are durable. The rows of the links
 * come last: nobody reads a mail that fast, and of a mail that never left nothing is asked.
 * @throws RelayError `spool.unavailable`, `db.unavailable`
 */
export async function sendTestMails(
  inTenant: InTenant,
  tools: TestMailTools,
  { wordsFor, ...mail }: TestMail,
): Promise<TestMailAnswer> {
  const mails: TestMailAnswer['mails'] = [];
  const asked: AskedArrival[] = [];
  for (const recipient of mail.recipients) {
    // Hexadecimal: a mail program that makes a link of it cuts no sign off its end.
    const token = randomBytes(20).toString('hex');
    // Behind the `#`: no server and no log sees it, and opening it does nothing.
    const words = wordsFor(`${tools.publicUrl}/arrived#token=${token}`);
    const askedAt = new Date();
    const sent = await sendOwnMail(tools, { ...mail, ...words, recipients: [recipient], isTest: true });
    mails.push({ recipient, ...sent });
    asked.push({
      messageId: sent.messageId,
      recipient,
      deviceId: mail.deviceId,
      mailboxId: mail.mailbox.id,
      askedAt,
      link: { tokenHash: arrivalTokenHash(token), expiresAt: new Date(askedAt.getTime() + LINK_MS) },
    });
  }
  await inTenant((context) => insertArrivals(context, asked));
  const { messageId, queueId } = mails[0]!;
  return { messageId, queueId, mails };
}
