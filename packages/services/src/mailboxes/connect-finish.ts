import type { OAuthProviderName } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { consumeOAuthState, findMailbox } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { type BrowserSession, type ConnectTools, connectorOf, redirectUriOf, sha256 } from './connect-tools.ts';
import { maySendLarge } from './further-permissions.ts';
import { providerDenial } from './provider-denial.ts';
import { writeConnected } from './write-connected.ts';

/** What the provider sent the browser back with. */
export interface ConnectAnswer {
  state?: string | undefined;
  code?: string | undefined;
  error?: string | undefined;
  errorDescription?: string | undefined;
  /** An administrator's word on his organization. */
  adminConsent?: string | undefined;
}

/** Runs work in a transaction of the tenant. There are two, so that none is open while the provider is asked. */
export type InTenant = <T>(work: (context: ServiceContext) => Promise<T>) => Promise<T>;

/** What came of the way to the provider: a mailbox, or an administrator's word, which is `refused` with why. */
export type ConnectEnd =
  | { kind: 'connected'; id: string }
  | { kind: 'approved' }
  | { kind: 'refused'; error: RelayError };

/**
 * Ends a connection: the state is used up first, whatever follows; then the code is redeemed, the secret sealed, the mailbox written.
 * The same account again is the same mailbox. An administrator's way back has no code; which directory he approved is not read from the address, where
 * anybody can write one: it opens nothing, and each mailbox is proved by itself.
 * @throws RelayError `oauth.state_invalid`, `oauth.denied`, `oauth.code_refused`, `oauth.wrong_account`, `api.forbidden`, and what `redeem` throws
 */
export async function finishConnect(
  inTenant: InTenant,
  tools: ConnectTools,
  session: BrowserSession,
  provider: OAuthProviderName,
  answer: ConnectAnswer,
): Promise<ConnectEnd> {
  const connector = connectorOf(tools, provider);
  const stateHash = sha256(answer.state ?? '');
  const asked = await inTenant((context) =>
    consumeOAuthState(context, {
      stateHash,
      sessionHash: sha256(session.token),
      userId: session.userId,
      provider,
      purposes: ['sign_in', 'approve'],
    }),
  );
  if (!asked)
    throw new RelayError('oauth.state_invalid', { internal: `unknown, used, late or foreign ${provider} state` });
  if (asked.purpose === 'approve') return endOfApproval(answer);
  if (answer.error) throw providerDenial(answer.error, answer.errorDescription);
  if (!answer.code) throw new RelayError('oauth.code_refused', { internal: 'no code came back' });

  const before = asked.mailboxId;
  const known = before ? await inTenant((context) => findMailbox(context, before)) : null;
  const grant = await connector.redeem({
    code: answer.code,
    codeVerifier: tools.tokenBox.open(stateHash.toString('hex'), asked.verifierSealed),
    redirectUri: redirectUriOf(tools, provider),
    wantsShared: asked.wantsShared,
    // What was given once is asked for again.
    wantsLarge: asked.wantsLarge || (known !== null && maySendLarge(known)),
  });

  // Who came for this alone is told, and the mailbox stays as it was.
  if (asked.wantsLarge && grant.largeRefused)
    throw new RelayError(grant.largeRefused, { internal: 'large mails by SMTP' });
  return inTenant(async (context) => {
    requirePermission(context, 'mailboxes.change');
    if (asked.mailboxId) {
      const mailbox = found(await findMailbox(context, asked.mailboxId));
      if (mailbox.accountKey !== grant.accountKey) throw new RelayError('oauth.wrong_account');
    }
    const { secret, largeRefused, ...account } = grant;
    return { kind: 'connected', id: await writeConnected(context, tools, { provider, ...account }, secret) };
  });
}

function endOfApproval(answer: ConnectAnswer): ConnectEnd {
  if (answer.error) return { kind: 'refused', error: providerDenial(answer.error, answer.errorDescription) };
  if (/^true$/i.test(answer.adminConsent ?? '')) return { kind: 'approved' };
  return { kind: 'refused', error: new RelayError('oauth.denied', { internal: 'no consent came back' }) };
}
