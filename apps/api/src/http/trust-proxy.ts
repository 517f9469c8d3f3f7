import { BlockList, isIP } from 'node:net';

/**
 * Who may tell a client's address in X-Forwarded-For: this machine (our front writes the header anew) and the proxies of the settings, and of
 * the list only its last entry. Everything further left is the client's own invention.
 */
export function trustProxy(sources: string[]): (address: string, hop: number) => boolean {
  const trusted = new BlockList();
  trusted.addSubnet('127.0.0.0', 8, 'ipv4');
  trusted.addAddress('::1', 'ipv6');
  for (const source of sources) {
    const [network = '', bits] = source.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (!isIP(network)) continue;
    trusted.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address, hop) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(plain);
    return hop === 0 && family !== 0 && trusted.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}
