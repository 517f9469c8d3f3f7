import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * Whether an address lies in one of the sources: single addresses, or networks such as `10.0.0.0/8` and `fd00::/8`. The one reader of such
 * lists: what the front, the api and the edge believe of a proxy, they believe of the same ones. IPv4 written as IPv6 is IPv4.
 * @throws RangeError naming the source that is neither
 */
export function readNetworks(sources: readonly string[]): (address: string) => boolean {
  const networks = new BlockList();
  for (const source of sources) {
    const [written = '', bits, ...more] = source.split('/');
    const network = plain(written);
    const longest = isIPv4(network) ? 32 : 128;
    const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (!isIP(network) || more.length || !(length <= longest)) throw new RangeError(`${source} is no network`);
    networks.addSubnet(network, length, family(network));
  }
  return (address) => {
    const asked = plain(address);
    return isIP(asked) !== 0 && networks.check(asked, family(asked));
  };
}

const PRIVATE = readNetworks([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
]);

/** True for an address of this machine or of a net that is one owner's: loopback, RFC 1918, link-local, unique local. Not for carriers' shared nets. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE(address);
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** Without the zone of a link-local address and the prefix of IPv4 on a socket of both families. */
function plain(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
}
