import { BlockList, isIPv6 } from 'node:net';

/** What kind of place an address stands for. Only `public` may be dialled for a tenant. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'shared'
  | 'multicast'
  | 'reserved'
  | 'embedded';

/** IANA's special-purpose registries for IPv4; all else is public. `shared` is the carriers' own net (CGNAT). */
const V4: [network: string, prefix: number, kind: AddressClass][] = [
  ['127.0.0.0', 8, 'loopback'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['169.254.0.0', 16, 'link_local'],
  ['100.64.0.0', 10, 'shared'],
  ['224.0.0.0', 4, 'multicast'],
  ['0.0.0.0', 8, 'reserved'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['240.0.0.0', 4, 'reserved'],
];

/**
 * The first row that fits counts. IPv6 is public inside 2000::/3 alone. Every form that carries an IPv4 address is refused as `embedded`,
 * whatever it carries: a translator on the way would unpack it behind our back.
 */
const V6: [network: string, prefix: number, kind: AddressClass][] = [
  ['::1', 128, 'loopback'],
  ['::', 128, 'reserved'],
  ['::ffff:0:0', 96, 'embedded'],
  ['::ffff:0:0:0', 96, 'embedded'],
  ['::', 96, 'embedded'],
  ['64:ff9b::', 96, 'embedded'],
  ['64:ff9b:1::', 48, 'embedded'],
  ['2001::', 32, 'embedded'],
  ['2002::', 16, 'embedded'],
  ['fc00::', 7, 'private'],
  ['fec0::', 10, 'private'],
  ['fe80::', 10, 'link_local'],
  ['ff00::', 8, 'multicast'],
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['3fff::', 20, 'reserved'],
  ['2000::', 3, 'public'],
  ['::', 0, 'reserved'],
];

const nets = (rows: typeof V4, family: 'ipv4' | 'ipv6') =>
  rows.map(([network, prefix, kind]) => {
    const list = new BlockList();
    list.addSubnet(network, prefix, family);
    return { list, kind };
  });
const V4_NETS = nets(V4, 'ipv4');
const V6_NETS = nets(V6, 'ipv6');

/** The class of an address as a resolver writes it; a zone (`%eth0`) does not matter. What is no address is `reserved`. */
export function addressClass(address: string): AddressClass {
  const plain = address.replace(/%.*$/, '');
  if (isIPv6(plain)) return V6_NETS.find(({ list }) => list.check(plain, 'ipv6'))?.kind ?? 'reserved';
  if (!/^\d+(\.\d+){3}$/.test(plain)) return 'reserved';
  return V4_NETS.find(({ list }) => list.check(plain, 'ipv4'))?.kind ?? 'public';
}
