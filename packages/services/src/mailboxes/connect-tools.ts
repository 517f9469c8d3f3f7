import { createHash } from 'node:crypto';
import type { OAuthProviderName } from '@hikyaku/contracts';
import { type EnvironmentName, type OAuthConnector, RelayError } from '@hikyaku/core';
import type { TokenBox } from '@hikyaku/vault';

export interface ConnectTools {
  /** Providers that are set up on this instance. */
  connectors: Partial<Record<OAuthProviderName, OAuthConnector>>;
  tokenBox: TokenBox;
  /** Origin that browsers use, without a slash at its end. */
  publicUrl: string;
  environment: EnvironmentName;
  /** Puts mail that was held for the mailbox on its way, and wakes its account. */
  releaseHeld(mailbox: { id: string; accountKey: string }): Promise<void>;
}

/** The browser session that a connection is bound to. */
export interface BrowserSession {
  userId: string;
  token: string;
}

/** @throws RelayError `oauth.provider_off` */
export function connectorOf(tools: ConnectTools, provider: OAuthProviderName): OAuthConnector {
  const connector = tools.connectors[provider];
  if (!connector) throw new RelayError('oauth.provider_off', { internal: provider });
  return connector;
}

export const redirectUriOf = (tools: ConnectTools, provider: OAuthProviderName): string =>
  `${tools.publicUrl}/oauth/${provider}/callback`;

/** Bearer values are kept as hashes: a reader of the database can finish nobody's connection. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
