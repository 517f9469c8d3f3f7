import type { ErrorCode } from './error-table.ts';

/** Reasons why a mailbox is closed that are mended at its provider: the permission that we have is good, and connecting again changes nothing. */
const MENDED_ELSEWHERE: readonly ErrorCode[] = [
  'upstream.mailbox_full',
  'upstream.account_blocked',
  'upstream.admin_blocked',
];

/** What opens a mailbox again that was closed for this reason. */
export type MailboxMend = 'reconnect' | 'try_again';

export function mendOf(code: string | null): MailboxMend {
  return (MENDED_ELSEWHERE as readonly (string | null)[]).includes(code) ? 'try_again' : 'reconnect';
}
