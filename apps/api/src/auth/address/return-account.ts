import { newPassword, RelayError } from '@hikyaku/core';
import { addPersonAudit, type Database, returnAccount as giveBack } from '@hikyaku/db';
import { z } from 'zod';
import type { AccountMail } from '../account-mail.ts';
import { type Passwords, slowPasswords } from '../passwords.ts';
import { accountMovedMail, accountReturnedMail } from './address-mails.ts';

interface ReturnTools {
  /** Role `system`. */
  database: Database;
  mail: AccountMail | undefined;
  publicUrl: string;
  /** Slow ones unless given. */
  passwords?: Passwords;
}

export interface ReturnedAccount {
  email: string;
  /** To be told to its person, who changes it; null where a mail leads him to one of his own. */
  password: string | null;
  /** The second step is asked for as before. */
  hasSecondStep: boolean;
}

/**
 * The operator's way for a person who has lost his mailbox and his password (docs/adr/0056). Both mailboxes are told where the instance sends mail, and it
 * stands in the audit log.
 * @throws RelayError `api.invalid` (no address; or none that is new, where mail is sent), `api.not_found`, `auth.address_taken`
 */
export async function returnAccount(tools: ReturnTools, typed: string, typedNew?: string): Promise<ReturnedAccount> {
  const { database, mail, publicUrl, passwords = slowPasswords } = tools;
  const [email, newEmail] = [typed.toLowerCase(), (typedNew ?? typed).toLowerCase()];
  if (!z.email().max(254).safeParse(newEmail).success)
    throw new RelayError('api.invalid', { fields: { email: `${newEmail} is no address` } });
  if (mail && newEmail === email)
    throw new RelayError('api.invalid', {
      fields: { email: 'who reads this mailbox sets a new password by its mail' },
    });
  const password = mail ? null : newPassword();
  const passwordHash = password && (await passwords.hash(password));
  const done = await giveBack(database, { email, newEmail, passwordHash, isConfirmed: mail !== undefined });
  if (done === 'unknown') throw new RelayError('api.not_found');
  if (done === 'taken') throw new RelayError('auth.address_taken');
  const { userId, wasConfirmed, hasSecondStep } = done;
  const data = { from: email, to: newEmail };
  await addPersonAudit(database, { actor: 'operator', action: 'account.returned', userId, data });
  mail?.deliver(newEmail, accountReturnedMail(`${publicUrl}/forgot-password`));
  if (wasConfirmed) mail?.deliver(email, accountMovedMail(newEmail, publicUrl));
  return { email: newEmail, password, hasSecondStep };
}
