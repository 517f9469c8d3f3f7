import type { ProviderName } from '@hikyaku/core';

/** The provider of an account key: `microsoft:…`, `google:…`, `smtp:…`, `channel:…`. */
export function providerOf(accountKey: string): ProviderName {
  return accountKey.split(':', 1)[0] as ProviderName;
}
