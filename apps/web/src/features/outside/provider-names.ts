import type { OAuthProviderName } from '@hikyaku/contracts';

/** The same in every language. */
export const PROVIDER_NAMES: Record<OAuthProviderName, string> = { google: 'Google', microsoft: 'Microsoft' };
