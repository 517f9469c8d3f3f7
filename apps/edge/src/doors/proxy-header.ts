import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** A longer header is refused: addresses take 36 bytes, the rest is what a balancer may say of its own TLS session, which nobody reads. */
export const MAX_HEADER_BYTES = 4096;
/** Longest header of version 1, with its CRLF. */
const MAX_TEXT_BYTES = 107;
const TEXT_START = Buffer.from('PROXY ');
const BINARY_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n');
/** Signature, version and command, family and transport, length. */
const FIXED_BYTES = 16;
const TCP4 = 0x11;
const TCP6 = 0x21;

/**
 * What stands at the beginning of a proxied connection. `more`: not all of it is here. `bad`: no such header, and no byte behind can make it one.
 * `address`: of the client; null where the proxy speaks for itself (its health checks) or does not know, then it is the connection's own.
 */
export type ProxyHeader =
  | { kind: 'more' }
  | { kind: 'bad'; why: string }
  | { kind: 'whole'; address: string | null; lengthBytes: number };

/** Reads a PROXY protocol header, version 1 or 2 (HAProxy's proxy-protocol.txt). What may stand behind it is not looked at. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (beginsAlike(bytes, BINARY_START)) return bytes.length < FIXED_BYTES ? MORE : readBinary(bytes);
  if (beginsAlike(bytes, TEXT_START)) return readText(bytes);
  return bad('no PROXY header');
}

const MORE: ProxyHeader = { kind: 'more' };
const bad = (why: string): ProxyHeader => ({ kind: 'bad', why });

/** True while one is the other's beginning. */
function beginsAlike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

/** Version 1: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 587` and CRLF. */
function readText(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, MAX_TEXT_BYTES).indexOf('\r\n');
  if (end < 0) return bytes.length < MAX_TEXT_BYTES ? MORE : bad('version 1 without its end');
  const lengthBytes = end + 2;
  const [, protocol, client = '', own = '', ...ports] = bytes.toString('latin1', 0, end).split(' ');
  // Whatever stands behind it does not count.
  if (protocol === 'UNKNOWN') return { kind: 'whole', address: null, lengthBytes };
  const isAddress = protocol === 'TCP4' ? isIPv4 : protocol === 'TCP6' ? isGlobalIPv6 : () => false;
  if (!isAddress(client) || !isAddress(own)) return bad('version 1 without addresses');
  if (ports.length !== 2 || !ports.every(isPort)) return bad('version 1 without ports');
  return { kind: 'whole', address: plainly(client), lengthBytes };
}

/** A zone is a name of the proxy's own interfaces. */
const isGlobalIPv6 = (text: string): boolean => isIPv6(text) && !text.includes('%');
const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;

function readBinary(bytes: Buffer): ProxyHeader {
  const [version, command, family] = [bytes[12]! >> 4, bytes[12]! & 0xf, bytes[13]!];
  const lengthBytes = FIXED_BYTES + bytes.readUInt16BE(14);
  if (version !== 2 || command > 1) return bad('version 2 with an unknown command');
  if (family >> 4 > 3 || (family & 0xf) > 2) return bad('version 2 with an unknown family');
  if (lengthBytes > MAX_HEADER_BYTES) return bad(`longer than ${MAX_HEADER_BYTES} bytes`);
  if (bytes.length < lengthBytes) return MORE;
  const addresses = bytes.subarray(FIXED_BYTES, lengthBytes);
  // LOCAL, and families that are no TCP over IP: the connection is the proxy's own.
  if (command === 0 || (family !== TCP4 && family !== TCP6)) return { kind: 'whole', address: null, lengthBytes };
  // Two addresses and two ports.
  if (addresses.length < (family === TCP4 ? 12 : 36)) return bad('version 2 without addresses');
  const address = family === TCP4 ? [...addresses.subarray(0, 4)].join('.') : plainly(groupsOf(addresses));
  return { kind: 'whole', address, lengthBytes };
}

const groupsOf = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':');

/** One spelling for each address, as a socket of ours would tell it. */
function plainly(address: string): string {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  return new SocketAddress({ address, family }).address.replace(/^::ffff:(?=\d+\.)/i, '');
}
