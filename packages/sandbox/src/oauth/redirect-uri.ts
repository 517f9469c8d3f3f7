import { isThisMachine } from '@hikyaku/config';
import type { SandboxProvider } from '../accounts/account.ts';

/**
 * True when the relay has registered this address: `/oauth/{provider}/callback` under PUBLIC_URL, or under any loopback origin (a test's
 * port is not known beforehand). Exact: no query, no fragment, no other spelling.
 */
export function isRegisteredRedirect(provider: SandboxProvider, uri: string, publicUrl: string): boolean {
  const path = `/oauth/${provider}/callback`;
  if (uri === `${publicUrl}${path}`) return true;
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, origin } = new URL(uri);
  return protocol === 'http:' && isThisMachine(hostname) && uri === `${origin}${path}`;
}
