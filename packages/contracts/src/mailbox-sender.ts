import { z } from 'zod';
import { timestamp } from './paging.ts';
import { recipient } from './recipient.ts';

export const senderKind = z.enum(['alias', 'shared']);
/** An address beside its own that a mailbox may send from. */
export const mailboxSender = z
  .object({
    id: z.uuid(),
    mailboxId: z.uuid(),
    address: z.string(),
    /** `alias`: one more name of the mailbox; `shared`: another mailbox, which its account may send as (Microsoft 365). */
    kind: senderKind,
    /** A device may choose it when it `works`. At Gmail, which says nothing of a sender it does not know, that is the owner's word. */
    state: z.enum(['untested', 'works', 'refused']),
    /** Code of the error registry of the last refusal. */
    stateCode: z.string().nullable(),
    testedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'MailboxSender' });
export type MailboxSender = z.infer<typeof mailboxSender>;

/** Senders of one mailbox: as many as a form can choose among. */
export const MAX_SENDERS = 50;

/** All of a mailbox, by address. */
export const mailboxSenderList = z.object({ items: z.array(mailboxSender) });
export type MailboxSenderList = z.infer<typeof mailboxSenderList>;

/** Body of POST /mailboxes/{id}/senders. */
export const senderCreate = z.strictObject({ address: recipient, kind: senderKind }).meta({ id: 'SenderCreate' });
export type SenderCreate = z.infer<typeof senderCreate>;
