import type { MailboxRow } from '@hikyaku/db';

/** Whether this mailbox's account has given the permission to send as shared mailboxes. */
export const maySendShared = ({ provider, scopes }: Pick<MailboxRow, 'provider' | 'scopes'>): boolean =>
  provider === 'microsoft' && scopes.some((scope) => /(^|\/)mail\.send\.shared$/i.test(scope));

/** Whether it has given the permission to hand over large mails by SMTP. */
export const maySendLarge = ({ provider, scopes }: Pick<MailboxRow, 'provider' | 'scopes'>): boolean =>
  provider === 'microsoft' && scopes.some((scope) => /(^|\/)smtp\.send$/i.test(scope));
