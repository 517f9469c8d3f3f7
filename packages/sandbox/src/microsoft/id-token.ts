import { randomBytes } from 'node:crypto';
import { SANDBOX_CLIENTS } from '@hikyaku/core';
import type { AccountIdentity } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { hasScope } from './scopes.ts';

/** An id_token as Entra's v2 endpoint writes it. No `nonce` unless asked: MSAL refuses one that it did not send. */
export function microsoftIdToken(
  context: SandboxContext,
  account: AccountIdentity,
  call: { origin: string; scopes: string[]; nonce: string | undefined },
): string {
  const now = Math.floor(context.clock.now() / 1000);
  const showsEmail = hasScope(call.scopes, 'email') && !context.knobs.account(account.address).hidesEmail;
  return context.keys.signJwt({
    ver: '2.0',
    iss: `${call.origin}/microsoft/${account.tenant}/v2.0`,
    aud: SANDBOX_CLIENTS.microsoft.clientId,
    iat: now,
    nbf: now,
    exp: now + 3600,
    sub: account.subject.replaceAll('-', ''),
    oid: account.subject,
    tid: account.tenant,
    uti: randomBytes(16).toString('base64url'),
    ...(hasScope(call.scopes, 'profile') ? { name: account.name, preferred_username: account.address } : {}),
    ...(showsEmail ? { email: account.address } : {}),
    ...(call.nonce === undefined ? {} : { nonce: call.nonce }),
  });
}
