import type { ErrorCode } from './errors/error-table.ts';

/** Reasons why a mailbox is closed that are mended at its provider: the permission that we have is good, and connecting again changes nothing. */
const MENDED_ELSEWHERE: readonly ErrorCode[] = [
  'upstream.mailbox_full',
  'upstream.account_blocked',
  'upstream.admin_blocked',
  'upstream.app_unapproved',
  'upstream.app_out_of_scope',
  'upstream.smtp_off',
];

/** What opens a mailbox again that was closed for this reason. */
export type MailboxMend = 'reconnect' | 'try_again';

/** `isAppOnly`: nobody signed in for it, so that nothing but the mode of this relay can want it connected again. */
export function mendOf(code: string | null, isAppOnly = false): MailboxMend {
  if (isAppOnly) return code === 'upstream.environment' ? 'reconnect' : 'try_again';
  return (MENDED_ELSEWHERE as readonly (string | null)[]).includes(code) ? 'try_again' : 'reconnect';
}
