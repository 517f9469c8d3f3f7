import { createHash, randomBytes } from 'node:crypto';
import { RelayError } from '@hikyaku/core';
import {
  addSignUp,
  confirmSignUp,
  type Database,
  ensureTenant,
  findSignUps,
  findUserByAddress,
  type SignUpRow,
} from '@hikyaku/db';
import type { AccountMail } from './account-mail.ts';
import { knownAddressMail, verificationMail } from './mail-texts.ts';
import { type Passwords, slowPasswords } from './passwords.ts';

/** Long enough for a mail that is held up by greylisting, or read the next morning. */
const LIFETIME_MS = 24 * 3_600_000;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface SignUps {
  /** Keeps a sign-up and mails its link. Same work, same duration and no answer, whatever the address is to us. */
  ask(person: { name: string; email: string; password: string; outside?: SignUpRow['outside'] }): Promise<void>;
  /** Mails a link to a person whose account stands unconfirmed and whose password was right. */
  remind(user: { email: string }): Promise<void>;
  /**
   * Makes the account. The token shows whose mailbox it is, the password which of its sign-ups was this person's: a stranger who signed up
   * with the address knows no token, and whoever opens a stranger's mail does not know his password.
   * @throws RelayError `auth.link_ended`, `auth.password_differs`
   */
  confirm(proof: { token: string; password: string }): Promise<{ email: string }>;
}

/** Signing up where the instance sends mail: until it is confirmed there is no account, no password and no session. */
export function createSignUps(options: {
  database: Database;
  publicUrl: string;
  mail: AccountMail;
  /** Slow ones unless given. */
  passwords?: Passwords | undefined;
}): SignUps {
  const { database, publicUrl, mail, passwords = slowPasswords } = options;

  const keep = async (signUp: Omit<SignUpRow, 'id'>, textFor: (url: string) => { subject: string; text: string }) => {
    const token = randomBytes(24).toString('base64url');
    const hasMail = await mail.allows(signUp.email, 'sign-up');
    const now = new Date();
    const expiresAt = new Date(now.getTime() + LIFETIME_MS);
    await addSignUp(database, { ...signUp, tokenHash: hashOf(token), hasMail, now, expiresAt });
    // Behind the `#`: no server and no log sees it, and opening it does nothing.
    if (hasMail) mail.deliver(signUp.email, textFor(`${publicUrl}/confirm#token=${token}`));
  };

  return {
    ask: async ({ name, email: typed, password, outside }) => {
      const email = typed.toLowerCase();
      const passwordHash = await passwords.hash(password);
      const known = await findUserByAddress(database, email);
      await keep({ email, name, passwordHash, outside }, (url) =>
        known?.emailVerified ? knownAddressMail(`${publicUrl}/sign-in`) : verificationMail(url),
      );
    },
    remind: async ({ email }) => {
      const user = await findUserByAddress(database, email);
      if (!user?.passwordHash || user.emailVerified) return;
      await keep({ email, name: user.name, passwordHash: user.passwordHash }, verificationMail);
    },
    confirm: async ({ token, password }) => {
      const candidates = await findSignUps(database, hashOf(token), new Date());
      const [named] = candidates;
      if (!named) throw new RelayError('auth.link_ended');
      const signUp = await firstThatFits(passwords, candidates, password);
      if (!signUp) throw new RelayError('auth.password_differs');
      const standing = await findUserByAddress(database, named.email);
      const isSame = standing?.passwordHash && (await passwords.verify({ hash: standing.passwordHash, password }));
      const userId = await confirmSignUp(database, signUp, isSame ? standing.id : null);
      if (!userId) throw new RelayError('auth.link_ended');
      await ensureTenant(database, { userId, name: signUp.name });
      return { email: signUp.email };
    },
  };
}

async function firstThatFits(
  passwords: Passwords,
  candidates: SignUpRow[],
  password: string,
): Promise<SignUpRow | undefined> {
  for (const candidate of candidates) {
    if (await passwords.verify({ hash: candidate.passwordHash, password })) return candidate;
  }
  return undefined;
}
