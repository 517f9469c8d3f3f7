import { newId, newQueueId, OWN_DOOR } from '@hikyaku/core';
import type { NewMessage } from '@hikyaku/db';
import { type ComposedMail, composeMail } from '@hikyaku/mail';
import type { TurnQueue } from '@hikyaku/queue';
import { createContentEncryptor, type SpoolStore } from '@hikyaku/spool';
import type { ContentSealer } from '@hikyaku/vault';

export interface OwnMailTools {
  contentSealer: ContentSealer;
  spool: Pick<SpoolStore, 'putPack'>;
  /** Hand-off's own insert. */
  insertMessages(messages: NewMessage[]): Promise<{ accountKey: string | null }[]>;
  queue: Pick<TurnQueue, 'wake'>;
  /** Domain of the Message-ID. */
  messageIdDomain: string;
}

/** A mail that the relay itself writes, whatever for. Who may ask for it, and whom it may reach, is its caller's to decide. */
export interface OwnMail {
  /** Where a repeat must be the same mail: what is there already is not made again. */
  messageId?: string;
  tenantId: string;
  /** It leaves through this mailbox, from this address: its own, or one of its senders that is tried. */
  mailbox: { id: string; address: string };
  /** The device whose mail it is: its name, its prefix, its place in the log. Null: of no device. */
  deviceId: string | null;
  recipients: string[];
  subject: string;
  text: string;
  languages: readonly string[];
  files?: ComposedMail['files'];
  isTest: boolean;
  /** The tenant's wish: the log does without the subject. */
  hideSubject: boolean;
  /** It leaves no sooner, milliseconds since the epoch. */
  notBefore?: number | null;
}

/**
 * The one way in for own mail: composed, sealed as the edge seals, durable in spool and Postgres when it resolves; from there it goes
 * the way of any mail. Not in a transaction of the caller's: the row must not wait for it.
 * @throws RelayError `spool.unavailable`, `db.unavailable`
 */
export async function sendOwnMail(tools: OwnMailTools, mail: OwnMail): Promise<{ messageId: string; queueId: string }> {
  const messageId = mail.messageId ?? newId();
  const queueId = newQueueId();
  const now = new Date();
  const { tenantId, mailbox, recipients } = mail;
  const messageIdHeader = `<${messageId}@${tools.messageIdDomain}>`;
  const content = await storeOwnMail(tools, { ...mail, messageId, messageIdHeader, mailFrom: mailbox.address });
  const [inserted] = await tools.insertMessages([
    {
      messageId,
      queueId,
      tenantId,
      deviceId: mail.deviceId,
      mailboxId: mailbox.id,
      acceptedAt: now.getTime(),
      mailFrom: mailbox.address,
      recipients,
      subject: mail.hideSubject ? null : mail.subject,
      messageIdHeader,
      isTest: mail.isTest,
      door: OWN_DOOR,
      tls: null,
      clientAddress: '',
      ...content,
      ...(mail.notBefore != null && { notBefore: mail.notBefore }),
    },
  ]);
  // The sweeper wakes what this cannot.
  if (inserted?.accountKey) void tools.queue.wake([inserted.accountKey]).catch(() => {});
  return { messageId, queueId };
}

/** What `storeOwnMail` needs of a mail. */
export interface StoredOwnMail
  extends Pick<OwnMail, 'tenantId' | 'recipients' | 'subject' | 'text' | 'languages' | 'files'> {
  messageId: string;
  messageIdHeader: string;
  mailFrom: string;
}

/**
 * Composes and seals a mail's content and leaves it in the spool: what a row needs of it.
 * @throws RelayError `spool.unavailable`
 */
export async function storeOwnMail(
  tools: Pick<OwnMailTools, 'contentSealer' | 'spool'>,
  mail: StoredOwnMail,
): Promise<Pick<NewMessage, 'keySealed' | 'spool' | 'sizeBytes'>> {
  const { messageId, tenantId, mailFrom, recipients } = mail;
  const bytes = composeMail({ ...mail, from: mailFrom, date: new Date() });
  const { contentKey, sealed } = tools.contentSealer.seal(messageId, { tenantId, mailFrom, recipients });
  const encryptor = createContentEncryptor(contentKey, messageId);
  const { object, slices } = await tools.spool.putPack([Buffer.concat([...encryptor.push(bytes), ...encryptor.end()])]);
  return { keySealed: sealed.toString('base64'), spool: { object, ...slices[0]! }, sizeBytes: bytes.length };
}
