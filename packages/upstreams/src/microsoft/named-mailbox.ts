import type { ConnectedMailbox, MailSender } from '@hikyaku/core';
import { isAppOnly } from './app-only/account.ts';

/**
 * The mailbox that a call names: a shared one; without a person's sign-in the proved one, and never another, since nobody showed that he may use that. Undefined: that of the token's
 * person, of which an alias is one more name.
 */
export function namedMailbox(
  { accountKey, address }: Pick<ConnectedMailbox, 'accountKey' | 'address'>,
  sender: MailSender | undefined,
): string | undefined {
  if (isAppOnly(accountKey)) return address;
  return sender?.kind === 'shared' ? sender.address : undefined;
}
