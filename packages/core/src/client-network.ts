import { isIPv6 } from 'node:net';

/** What counts as one client for a limit: an IPv4 address, or the /64 of an IPv6 address, of which every household has at least one whole. */
export function clientNetwork(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.toLowerCase().split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  // An IPv4 tail (64:ff9b::192.0.2.1) stands for two groups; it lies behind the first four either way.
  const given = left.length + right.length + (plain.includes('.') ? 1 : 0);
  const groups = plain.includes('::') ? [...left, ...Array<string>(8 - given).fill('0'), ...right] : left;
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
