import type { OAuthProviderName } from '@hikyaku/contracts';
import { oauthProviderName } from '@hikyaku/contracts';
import { type EnvironmentName, type OutsideIdentity, RelayError } from '@hikyaku/core';
import { type Database, ensureTenant, makeAccount } from '@hikyaku/db';
import type { TokenBox } from '@hikyaku/vault';
import { z } from 'zod';
import type { Passwords } from '../passwords.ts';
import type { SignUps } from '../sign-ups.ts';
import { browserCookies } from './browser-cookies.ts';
import { accountOf } from './outside-accounts.ts';

/** To think of a password, and no longer: the next person at this browser begins anew. */
const LIFETIME_MS = 1_800_000;
const COOKIE = 'newcomer';
const CONTEXT = 'sign-up by a provider';

const newcomer = z.object({
  provider: oauthProviderName,
  subject: z.string(),
  address: z.string().nullable(),
  isConfirmed: z.boolean(),
  name: z.string().nullable(),
  endsAt: z.number(),
});
export type Newcomer = z.infer<typeof newcomer>;

/**
 * Somebody whom a provider has named and who has no account here yet. What is known of him lies sealed in his own browser until he has chosen a
 * password: an account is never one provider's trouble away from its owner.
 */
export function createBegunSignUps(options: {
  database: Database;
  publicUrl: string;
  environment: EnvironmentName;
  tokenBox: TokenBox;
  signUps: SignUps | undefined;
  passwords: Passwords;
}) {
  const { database, publicUrl, environment, tokenBox, signUps, passwords } = options;
  const cookies = browserCookies(publicUrl);
  return {
    /** The cookie that keeps him. */
    keep(provider: OAuthProviderName, { subject, address, vouchesAddress, name }: OutsideIdentity): string {
      const kept: Newcomer = {
        ...{ provider, subject, address, name },
        // The sandbox's stand-ins let anybody be anybody.
        isConfirmed: vouchesAddress && environment === 'live',
        endsAt: Date.now() + LIFETIME_MS,
      };
      const sealed = tokenBox.seal(CONTEXT, JSON.stringify(kept)).toString('base64url');
      return cookies.write(COOKIE, sealed, LIFETIME_MS / 1000);
    },
    end: () => cookies.end(COOKIE),
    read(cookieHeader: string | undefined): Newcomer | null {
      const sealed = cookies.read(cookieHeader, COOKIE);
      if (!sealed) return null;
      try {
        const kept = newcomer.parse(JSON.parse(tokenBox.open(CONTEXT, Buffer.from(sealed, 'base64url'))));
        return kept.endsAt > Date.now() ? kept : null;
      } catch {
        // Of an earlier key, or made up.
        return null;
      }
    },
    /**
     * Makes the account, or where its address is still to be confirmed, mails the link that does. With the person's id once it stands.
     * @throws RelayError `auth.address_taken`
     */
    async finish(known: Newcomer, typed: { email: string; password: string }): Promise<{ userId: string | null }> {
      const email = known.isConfirmed ? (known.address ?? '') : typed.email.toLowerCase();
      const name = known.name ?? email.split('@')[0]!;
      const { providerId, accountId } = accountOf(known.provider, environment, { ...known, vouchesAddress: false });
      const outside = { providerId, accountId };
      if (signUps && !known.isConfirmed) {
        await signUps.ask({ name, email, password: typed.password, outside });
        return { userId: null };
      }
      const passwordHash = await passwords.hash(typed.password);
      const userId = await makeAccount(database, { email, name, passwordHash, outside }, known.isConfirmed);
      if (!userId) throw new RelayError('auth.address_taken');
      await ensureTenant(database, { userId, name });
      return { userId };
    },
  };
}

export type BegunSignUps = ReturnType<typeof createBegunSignUps>;
