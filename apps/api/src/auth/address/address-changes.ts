import { createHash, randomBytes } from 'node:crypto';
import { RelayError } from '@hikyaku/core';
import {
  addAddressChange,
  addPersonAudit,
  changeAddressAtOnce,
  confirmAddressChange,
  countAttempt,
  type Database,
  findAddressChange,
  findUserByAddress,
  undoAddressChange,
} from '@hikyaku/db';
import type { AccountMail } from '../account-mail.ts';
import type { Passwords } from '../passwords.ts';
import { addressAskedMail, addressChangedMail, newAddressMail, takenAddressMail } from './address-mails.ts';

const DAY_MS = 24 * 3_600_000;
/** As long as a sign-up's link. */
const CONFIRM_MS = DAY_MS;
/** Whoever looks into his old mailbox once a week can still take it back. */
const UNDO_MS = 7 * DAY_MS;
/** Somebody mistypes an address; nobody tries addresses all day. */
const ASKS_PER_DAY = 5;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
/** Made of the other one, so that each mail to the old address can name it; the other way round nobody comes. */
const undoOf = (token: string): string => hashOf(`undo ${token}`);

export interface AddressPerson {
  id: string;
  email: string;
  emailVerified: boolean;
}

/**
 * Changes of the address that a person signs in by (docs/adr/0053): nothing before the new mailbox and the password have said so, and the old mailbox can
 * take it back. Its answers are the same for every address.
 */
export function createAddressChanges(options: {
  database: Database;
  publicUrl: string;
  /** Without it, addresses are names to sign in by, and change at once. */
  mail: AccountMail | undefined;
  passwords: Passwords;
}) {
  const { database, publicUrl, mail, passwords } = options;
  const audit = (userId: string, actor: string, action: string, data: Record<string, string>) =>
    addPersonAudit(database, { actor, action, userId, data });

  return {
    /**
     * His password was right.
     * @throws RelayError `api.invalid` (his present address), `api.rate_limited`, `auth.address_taken` (where there is no mail)
     */
    async ask(person: AddressPerson, typed: string, session: string): Promise<{ isChanged: boolean }> {
      const newEmail = typed.toLowerCase();
      const { id: userId, email: oldEmail } = person;
      if (newEmail === oldEmail) throw new RelayError('api.invalid', { fields: { email: 'is the present one' } });
      const limit = { key: `address-change|${userId}`, max: ASKS_PER_DAY, windowMs: DAY_MS, now: Date.now() };
      const retryAfterMs = await countAttempt(database, limit);
      if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
      if (!mail) {
        const isChanged = await changeAddressAtOnce(database, { userId, oldEmail, newEmail, keptSession: session });
        if (!isChanged) throw new RelayError('auth.address_taken');
        await audit(userId, `user:${userId}`, 'address.changed', { from: oldEmail, to: newEmail });
        return { isChanged };
      }
      const token = randomBytes(24).toString('base64url');
      const undo = undoOf(token);
      const now = Date.now();
      await addAddressChange(database, {
        ...{ userId, oldEmail, newEmail, tokenHash: hashOf(token), undoHash: hashOf(undo) },
        ...{ expiresAt: new Date(now + CONFIRM_MS), undoUntil: new Date(now + UNDO_MS) },
      });
      await audit(userId, `user:${userId}`, 'address.asked', { from: oldEmail, to: newEmail });
      const known = await findUserByAddress(database, newEmail);
      if (await mail.allows(newEmail, 'address-change'))
        mail.deliver(
          newEmail,
          known?.emailVerified
            ? takenAddressMail(`${publicUrl}/sign-in`)
            : newAddressMail(`${publicUrl}/confirm-address#token=${token}`),
        );
      if (person.emailVerified && (await mail.allows(oldEmail, 'account-change')))
        mail.deliver(oldEmail, addressAskedMail(newEmail, undoUrl(undo)));
      return { isChanged: false };
    },

    /**
     * The link of a mail, and the password: the mailbox may be a stranger's by a mistyped letter.
     * @throws RelayError `auth.link_ended`, `auth.password_differs`
     */
    async confirm(proof: { token: string; password: string; session: string | null }): Promise<{ email: string }> {
      const change = await findAddressChange(database, hashOf(proof.token));
      if (!change) throw new RelayError('auth.link_ended');
      const { passwordHash: hash, userId, oldEmail, newEmail } = change;
      if (!hash || !(await passwords.verify({ hash, password: proof.password })))
        throw new RelayError('auth.password_differs');
      const undoUntil = new Date(Date.now() + UNDO_MS);
      const kept = { keptSession: proof.session, undoUntil };
      if (!(await confirmAddressChange(database, change, kept))) throw new RelayError('auth.link_ended');
      await audit(userId, `user:${userId}`, 'address.changed', { from: oldEmail, to: newEmail });
      if (mail && change.isOldConfirmed && (await mail.allows(oldEmail, 'account-change')))
        mail.deliver(oldEmail, addressChangedMail(newEmail, undoUrl(undoOf(proof.token))));
      return { email: newEmail };
    },

    /** @throws RelayError `auth.link_ended`, `auth.address_taken` */
    async undo(token: string): Promise<{ isRestored: boolean; email: string }> {
      const done = await undoAddressChange(database, hashOf(token));
      if (!done) throw new RelayError('auth.link_ended');
      const { end, change } = done;
      if (end === 'taken') throw new RelayError('auth.address_taken');
      const action = end === 'restored' ? 'address.restored' : 'address.cancelled';
      // Whoever reads the old mailbox need not be who signs in.
      await audit(change.userId, 'system', action, { from: change.newEmail, to: change.oldEmail });
      return { isRestored: end === 'restored', email: change.oldEmail };
    },
  };

  function undoUrl(token: string): string {
    return `${publicUrl}/undo-address#token=${token}`;
  }
}

export type AddressChanges = ReturnType<typeof createAddressChanges>;
