import type { MailboxSender, MailboxSenderList } from '@hikyaku/contracts';
import { findMailbox, listSenders, type MailboxSenderRow } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';

/** @throws RelayError `api.not_found` */
export async function listMailboxSenders(context: ServiceContext, mailboxId: string): Promise<MailboxSenderList> {
  found(await findMailbox(context, mailboxId));
  return { items: (await listSenders(context, mailboxId)).map(describeSender) };
}

export function describeSender({ testedAt, createdAt, ...row }: MailboxSenderRow): MailboxSender {
  return { ...row, testedAt: testedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}
