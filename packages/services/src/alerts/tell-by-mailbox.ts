import { type Database, findTellingMailbox } from '@hikyaku/db';
import { type ChannelConfig, type ChannelResult, MAX_MAIL_CHARACTERS, type Note, noteText } from '@hikyaku/upstreams';
import type { Language } from '../diagnoses/diagnosis-values.ts';
import { type OwnMailTools, sendOwnMail } from '../own-mail/send-own-mail.ts';

/**
 * Tells by a mailbox of the tenant: as a mail of our own, which goes the way of any mail and is in the delivery log. The mail has the message's
 * id, so that a repeat after a crash is the same one. Told is what is durable.
 * @throws RelayError `spool.unavailable`, `db.unavailable`
 */
export async function tellByMailbox(
  tools: OwnMailTools & { database: Database },
  channel: { tenantId: string; language: Language; config: Extract<ChannelConfig, { kind: 'mailbox' }> },
  note: Note,
): Promise<ChannelResult> {
  const { tenantId, language, config } = channel;
  const mailbox = await findTellingMailbox(tools.database, tenantId, config.mailboxId);
  if (!mailbox) return { isTold: false, failure: 'no_mailbox', status: null };
  await sendOwnMail(tools, {
    messageId: note.id,
    tenantId,
    mailbox,
    deviceId: null,
    recipients: [config.address],
    subject: note.title,
    text: noteText(note, MAX_MAIL_CHARACTERS),
    languages: [language],
    isTest: false,
    hideSubject: mailbox.hidesSubjects,
  });
  return { isTold: true, status: null };
}
