import { createHash, randomBytes } from 'node:crypto';
import type { OAuthProviderName } from '@hikyaku/contracts';
import { findMailbox, insertOAuthState } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { type BrowserSession, type ConnectTools, connectorOf, redirectUriOf, sha256 } from './connect-tools.ts';
import { maySendLarge, maySendShared } from './further-permissions.ts';

/** Long enough for a second factor and a lost phone, short enough for a forgotten tab (design, section 5). */
export const STATE_LIFE_MS = 600_000;

/**
 * Begins a connection: keeps a state bound to browser session, person and tenant, and returns the provider's address to go to.
 * @throws RelayError `api.forbidden`, `oauth.provider_off`, `api.not_found` (mailbox to reconnect)
 */
export async function startConnect(
  context: ServiceContext,
  tools: ConnectTools,
  session: BrowserSession,
  input: {
    provider: OAuthProviderName;
    loginHint?: string | undefined;
    mailboxId?: string | undefined;
    wantsShared?: boolean;
    wantsLarge?: boolean;
  },
): Promise<string> {
  requirePermission(context, 'mailboxes.change');
  const connector = connectorOf(tools, input.provider);
  const mailbox = input.mailboxId ? found(await findMailbox(context, input.mailboxId)) : undefined;
  if (mailbox && mailbox.provider !== input.provider) found(null);
  // What was given once is asked for again: a renewed permission without it would end the senders' mail.
  const wantsShared = input.wantsShared || (mailbox !== undefined && maySendShared(mailbox));
  const opensLarge = connector.takesLarge && (input.wantsLarge ?? false);
  const wantsLarge = opensLarge || (mailbox !== undefined && maySendLarge(mailbox));
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const stateHash = sha256(state);
  await insertOAuthState(context, {
    stateHash,
    sessionHash: sha256(session.token),
    userId: session.userId,
    provider: input.provider,
    purpose: 'sign_in',
    verifierSealed: tools.tokenBox.seal(stateHash.toString('hex'), verifier),
    mailboxId: mailbox?.id ?? null,
    wantsShared,
    wantsLarge: opensLarge,
    expiresAt: new Date(context.now.getTime() + STATE_LIFE_MS),
  });
  // The name that the account signs in as, where it is known: a mail address need not be one (Microsoft).
  const loginHint = mailbox?.signInName ?? input.loginHint ?? mailbox?.address;
  return connector.authorizationUrl({
    state,
    codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
    redirectUri: redirectUriOf(tools, input.provider),
    ...(loginHint ? { loginHint } : {}),
    wantsShared,
    wantsLarge,
  });
}
