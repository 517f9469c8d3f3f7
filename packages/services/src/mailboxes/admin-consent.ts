import { RelayError } from '@hikyaku/core';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { type ConnectTools, connectorOf, redirectUriOf } from './connect-tools.ts';

/**
 * Tells the way back from the administrator's page from a sign-in. It is no secret: nothing is redeemed on that way, a page says what was decided, and
 * an administrator has no session here.
 */
export const ADMIN_CONSENT_STATE = 'admin-consent';

/**
 * The link with which a Microsoft 365 administrator approves the relay for his organization, to be passed on by the owner.
 * @throws RelayError `api.forbidden`, `oauth.provider_off`
 */
export function adminConsentLink(context: ServiceContext, tools: ConnectTools): string {
  requirePermission(context, 'mailboxes.change');
  const connector = connectorOf(tools, 'microsoft');
  const redirectUri = redirectUriOf(tools, 'microsoft');
  const url = connector.adminConsentUrl?.({ redirectUri, state: ADMIN_CONSENT_STATE });
  if (!url) throw new RelayError('oauth.provider_off', { internal: 'no page for administrators' });
  return url;
}
