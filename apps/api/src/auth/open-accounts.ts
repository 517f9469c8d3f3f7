import type { EnvironmentName } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { SystemMailer } from '@hikyaku/upstreams';
import type { TokenBox } from '@hikyaku/vault';
import { createAccountMail } from './account-mail.ts';
import { createAddressChanges } from './address/address-changes.ts';
import type { AddressTools } from './address/address-routes.ts';
import { type Auth, createAuth } from './create-auth.ts';
import { createBegunSignUps } from './outside/begun-sign-up.ts';
import type { OutsideTools } from './outside/outside-routes.ts';
import { createWays, type IdentityProviders } from './outside/ways.ts';
import { type Passwords, slowPasswords } from './passwords.ts';
import { createSignUps, type SignUps } from './sign-ups.ts';

export interface Accounts {
  auth: Auth;
  /** Where the instance sends mail: nobody has an account before his address is confirmed. */
  signUps: SignUps | undefined;
  outside: OutsideTools;
  address: AddressTools;
}

/** All ways into an account. */
export function openAccounts(options: {
  /** Role `system`. */
  database: Database;
  publicUrl: string;
  environment: EnvironmentName;
  /** Signs session cookies. */
  secret: string;
  tokenBox: TokenBox;
  /** Without it, addresses are not confirmed and passwords cannot be reset by mail. */
  mailer: SystemMailer | undefined;
  identities: IdentityProviders;
  passwords?: Passwords;
  logger: Logger;
}): Accounts {
  const { database, publicUrl, environment, secret, tokenBox, mailer, identities, logger } = options;
  const { passwords = slowPasswords } = options;
  const mail = mailer && createAccountMail({ database, mailer, logger });
  const byMail = mail && { mail, signUps: createSignUps({ database, publicUrl, mail, passwords }) };
  const signUps = byMail?.signUps;
  const ways = createWays({ database, publicUrl, providers: identities });
  const changes = createAddressChanges({ database, publicUrl, mail, passwords });
  const auth = createAuth({
    ...{ database, publicUrl, environment, secret, byMail, ways, passwords, logger },
    addressChanges: changes,
  });
  const begun = createBegunSignUps({ database, publicUrl, environment, tokenBox, signUps, passwords });
  return {
    auth,
    signUps,
    address: { auth, changes, database },
    outside: {
      ...{ auth, database, environment, publicUrl, ways, begun, logger },
      names: (['google', 'microsoft'] as const).filter((name) => identities[name]),
      asksConfirmation: byMail !== undefined,
      eventTools: { database, mail, publicUrl, logger },
    },
  };
}
