import type { MailProvider } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import type { HeaderView } from '../mime/recipients.ts';
import { composeBounce } from './bounce.ts';
import type { StoredMail } from './stored-mail.ts';

/** Whose mailbox sends. */
interface SendingAccount {
  provider: MailProvider;
  address: string;
}

/** Puts an accepted mail into the sender's Sent folder and into the inbox of each address that its headers name, there in Exchange's time where it is Microsoft's. */
export async function deliverMail(
  context: SandboxContext,
  mail: { account: SendingAccount; raw: Buffer; headers: HeaderView; isSaved: boolean; isDropped?: boolean },
): Promise<StoredMail> {
  const { account, raw, headers } = mail;
  const bounces = context.knobs.values().bounces.map((address) => address.toLowerCase());
  const reached = mail.isDropped ? [] : headers.recipients.filter((address) => !bounces.includes(address));
  const leavesAt = account.provider === 'microsoft' ? context.drain.leavesAt(account.address) : undefined;
  const arrivesAt = leavesAt === undefined ? {} : { arrivesAt: leavesAt };
  const stored = await context.mails.add(
    {
      provider: account.provider,
      account: account.address,
      from: headers.from[0]?.address ?? account.address,
      to: headers.to,
      cc: headers.cc,
      bcc: headers.bcc,
      subject: headers.subject,
      sentBy: mail.isSaved ? account.address : null,
      inboxes: reached,
      ...arrivesAt,
    },
    raw,
  );
  const lost = mail.isDropped ? [] : headers.recipients.filter((address) => bounces.includes(address));
  for (const recipient of lost) await deliverBounce(context, account, recipient, headers, arrivesAt);
  context.logger.info({
    event: 'mail.taken',
    provider: account.provider,
    sizeBytes: raw.length,
    inboxes: reached.length,
  });
  return stored;
}

async function deliverBounce(
  context: SandboxContext,
  account: SendingAccount,
  recipient: string,
  headers: HeaderView,
  arrivesAt: Pick<StoredMail, 'arrivesAt'>,
): Promise<void> {
  const from = `postmaster@${account.address.split('@')[1]}`;
  const raw = composeBounce({
    from,
    to: account.address,
    recipient,
    messageId: headers.messageId,
    at: arrivesAt.arrivesAt ?? context.clock.now(),
  });
  await context.mails.add(
    {
      provider: account.provider,
      account: account.address,
      from,
      to: [account.address],
      cc: [],
      bcc: [],
      subject: 'Undeliverable',
      sentBy: null,
      inboxes: [account.address],
      ...arrivesAt,
    },
    raw,
  );
}
