import { isIPv4 } from 'node:net';
import { isPrivateAddress } from './networks.ts';

/**
 * True for a host that only this machine can reach: `localhost` and names below it, 127.0.0.0/8, `::1`, and IPv4 written as IPv6; brackets,
 * upper case and a final dot do not matter. The one place that decides it: what is bound, sandbox mode and redirects all ask here.
 */
export function isThisMachine(host: string): boolean {
  const plain = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const name = plain.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  // A browser writes ::ffff:127.0.0.1 as ::ffff:7f00:1.
  if (plain === '::1' || plain === '0:0:0:0:0:0:0:1' || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(plain)) return true;
  const address = plain.replace(/^::ffff:/, '');
  return isIPv4(address) && address.startsWith('127.');
}

/** The same for a URL. */
export function isLoopbackUrl(url: string): boolean {
  return isThisMachine(new URL(url).hostname);
}

/** True for an instance that only its own household reaches: the URL names this machine, or an address of a private net. A name in the DNS may be anybody's. */
export function isHouseholdUrl(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return isThisMachine(host) || isPrivateAddress(host);
}

/** Address to listen on for those whom a URL invites: this machine's loopback address of that name, or every address. */
export function listenAddressOf(url: string): string {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isThisMachine(host)) return '0.0.0.0';
  // A name may stand for both families; clients try both.
  return /^[\d.]+$|:/.test(host) ? host : '127.0.0.1';
}
