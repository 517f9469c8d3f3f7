import { randomBytes } from 'node:crypto';
import { type AppOnlyConnector, RelayError } from '@hikyaku/core';
import { insertOAuthState } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { ADMIN_CONSENT_STATE } from './admin-consent.ts';
import { STATE_LIFE_MS } from './connect-start.ts';
import { type BrowserSession, type ConnectTools, connectorOf, redirectUriOf, sha256 } from './connect-tools.ts';

/** @throws RelayError `oauth.provider_off` */
export function appOnlyOf(tools: ConnectTools): AppOnlyConnector {
  const { appOnly } = connectorOf(tools, 'microsoft');
  if (!appOnly) throw new RelayError('oauth.provider_off', { internal: 'no mailboxes without a sign-in' });
  return appOnly;
}

/**
 * What an administrator needs: our registration's id for his commands, and the page on which he lets the relay into his organization, to be passed on by the owner.
 * @throws RelayError `api.forbidden`, `oauth.provider_off`
 */
export function describeAppOnly(context: ServiceContext, tools: ConnectTools): { clientId: string; url: string } {
  requirePermission(context, 'mailboxes.change');
  const appOnly = appOnlyOf(tools);
  const redirectUri = redirectUriOf(tools, 'microsoft');
  return { clientId: appOnly.clientId, url: appOnly.approvalUrl({ redirectUri, state: ADMIN_CONSENT_STATE }) };
}

/**
 * The same way for an owner who is the administrator himself: he comes back to the dashboard, by a state of his own session as a sign-in has. Returns the address to go to.
 * @throws RelayError `api.forbidden`, `oauth.provider_off`
 */
export async function startAppApproval(
  context: ServiceContext,
  tools: ConnectTools,
  session: BrowserSession,
): Promise<string> {
  requirePermission(context, 'mailboxes.change');
  const appOnly = appOnlyOf(tools);
  const state = randomBytes(32).toString('base64url');
  const stateHash = sha256(state);
  await insertOAuthState(context, {
    stateHash,
    sessionHash: sha256(session.token),
    userId: session.userId,
    provider: 'microsoft',
    purpose: 'approve',
    // Nothing is redeemed on the way back.
    verifierSealed: tools.tokenBox.seal(stateHash.toString('hex'), ''),
    mailboxId: null,
    wantsShared: false,
    wantsLarge: false,
    expiresAt: new Date(context.now.getTime() + STATE_LIFE_MS),
  });
  return appOnly.approvalUrl({ redirectUri: redirectUriOf(tools, 'microsoft'), state });
}
