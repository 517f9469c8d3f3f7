import type { OAuthProviderName } from '@hikyaku/contracts';
import type { EnvironmentName, OutsideIdentity } from '@hikyaku/core';
import type { OutsideAccount } from '@hikyaku/db';

/** More than a person has accounts to sign in by; every list has an end. */
export const LINKS_MAX = 10;

const NAMES: OAuthProviderName[] = ['microsoft', 'google'];

/** A sign-in at the sandbox's stand-ins is none at the providers themselves: who was linked in trial mode is not in the other. */
export const providerIdOf = (name: OAuthProviderName, environment: EnvironmentName): string =>
  environment === 'sandbox' ? `sandbox.${name}` : name;

export const providerIdsOf = (environment: EnvironmentName): string[] =>
  NAMES.map((name) => providerIdOf(name, environment));

export const providerNameOf = (providerId: string): OAuthProviderName =>
  NAMES.find((name) => providerId.endsWith(name)) ?? 'microsoft';

export const accountOf = (
  name: OAuthProviderName,
  environment: EnvironmentName,
  identity: OutsideIdentity,
): OutsideAccount => ({
  providerId: providerIdOf(name, environment),
  accountId: identity.subject,
  label: identity.address ?? identity.name,
});

/** As its person knows it. */
export const wordsFor = (linked: { provider: OAuthProviderName; label: string | null }): string => {
  const name = linked.provider === 'google' ? 'Google' : 'Microsoft';
  return linked.label ? `${name} (${linked.label})` : name;
};
