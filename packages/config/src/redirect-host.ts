import { isIP } from 'node:net';
import { isThisMachine } from './this-machine.ts';

/** Names that are nobody's under the public suffixes (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`), and those that routers hand out. */
const PRIVATE_ENDS = /\.(local|localdomain|lan|home|internal|intranet|corp|private|test|invalid|home\.arpa)$/;

/**
 * What providers would say of an address that people are sent back to, at the registration already (facts, corrections of 28 November 2026). Undefined:
 * nothing. `google`: Google takes hosts under public suffixes only.
 */
export function redirectProblem(publicUrl: string, providers: { google: boolean }): string | undefined {
  const { protocol, hostname } = new URL(publicUrl);
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(host)) {
    return isThisMachine(host)
      ? 'must be http://localhost instead of an address: Microsoft and Google take no other name for this machine'
      : 'must have a host name: Microsoft and Google send nobody back to a bare address';
  }
  if (host === 'localhost') return undefined;
  if (protocol !== 'https:')
    return 'must begin with https://: Microsoft and Google send people back to http at localhost only';
  if (providers.google && (!host.includes('.') || isThisMachine(host) || PRIVATE_ENDS.test(host))) {
    return 'must be a public name such as relay.example.com: Google sends nobody back to a private one';
  }
  return undefined;
}
