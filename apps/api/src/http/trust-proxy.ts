import { readNetworks } from '@hikyaku/config';

/**
 * Who may tell a client's address in X-Forwarded-For: this machine (our front writes the header anew) and the proxies of the settings, and of
 * the list only its last entry. Everything further left is the client's own invention.
 */
export function trustProxy(sources: string[]): (address: string, hop: number) => boolean {
  const isProxy = readNetworks(['127.0.0.0/8', '::1', ...sources]);
  return (address, hop) => hop === 0 && isProxy(address);
}
