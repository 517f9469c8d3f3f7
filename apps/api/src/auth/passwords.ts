import { hashPassword, verifyPassword } from 'better-auth/crypto';

/** How passwords of accounts are kept. */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(given: { hash: string; password: string }): Promise<boolean>;
}

/** Better Auth's own: scrypt, a tenth of a second of a core each. */
export const slowPasswords: Passwords = { hash: hashPassword, verify: verifyPassword };
