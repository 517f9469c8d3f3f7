import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_HEADER_BYTES, readProxyHeader } from '../src/doors/proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (bytes: Buffer | string) => readProxyHeader(Buffer.from(bytes as string));
/** What is read, and that no shorter piece of it is taken for whole. */
function whole(bytes: Buffer, address: string | null): void {
  const behind = Buffer.from('EHLO camera\r\n');
  assert.deepEqual(readProxyHeader(Buffer.concat([bytes, behind])), {
    kind: 'whole',
    address,
    lengthBytes: bytes.length,
  });
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(readProxyHeader(bytes.subarray(0, length)).kind, 'more', `${length} of ${bytes.length} bytes`);
  }
}

test('version 1: the examples of the specification', () => {
  whole(Buffer.from('PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n'), '192.168.0.1');
  whole(Buffer.from('PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n'), '255.255.255.255');
  whole(
    Buffer.from(`PROXY TCP6 ${Array(8).fill('ffff').join(':')} ${Array(8).fill('ffff').join(':')} 65535 65535\r\n`),
    Array(8).fill('ffff').join(':'),
  );
  whole(Buffer.from('PROXY UNKNOWN\r\n'), null);
  const longest = `PROXY UNKNOWN ${Array(8).fill('ffff').join(':')} ${Array(8).fill('ffff').join(':')} 65535 65535\r\n`;
  assert.equal(longest.length, 107);
  whole(Buffer.from(longest), null);
});

test('an address has one spelling, however the proxy writes it', () => {
  whole(Buffer.from('PROXY TCP6 2001:DB8:0:0:0::1 ::1 1 2\r\n'), '2001:db8::1');
  whole(Buffer.from('PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 1 2\r\n'), '192.0.2.1');
});

test('version 1: anything else is no header', () => {
  for (const line of [
    'EHLO camera',
    'proxy TCP4 192.0.2.1 192.0.2.2 1 2',
    'PROXY  TCP4 192.0.2.1 192.0.2.2 1 2',
    'PROXY TCP4 192.0.2.1 192.0.2.2 1',
    'PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3',
    'PROXY TCP4 192.0.2.1 192.0.2.2 1 65536',
    'PROXY TCP4 192.0.2.1 192.0.2.2 01 2',
    'PROXY TCP4 192.0.2.256 192.0.2.2 1 2',
    'PROXY TCP4 192.0.2.01 192.0.2.2 1 2',
    'PROXY TCP4 2001:db8::1 2001:db8::2 1 2',
    'PROXY TCP6 192.0.2.1 192.0.2.2 1 2',
    'PROXY TCP6 fe80::1%eth0 fe80::2 1 2',
    'PROXY UDP4 192.0.2.1 192.0.2.2 1 2',
    'PROXY ',
    `PROXY TCP4 ${'1'.repeat(107)}`,
    `PROXY UNKNOWN ${'x'.repeat(107)}`,
  ]) {
    assert.equal(read(`${line}\r\n`).kind, 'bad', line);
  }
  assert.equal(read(`PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n${' '.repeat(80)}`).kind, 'bad', 'LF alone');
});

test('version 2: TCP over IPv4 and IPv6, with and without what a proxy adds', () => {
  const ipv4 = 'cb007109 c0000202 dc04 024b';
  whole(hex(`${SIGNATURE} 21 11 000c ${ipv4}`), '203.0.113.9');
  whole(hex(`${SIGNATURE} 21 11 0014 ${ipv4} 03 0004 a9b87e8f 04`), '203.0.113.9');
  const ipv6 = '20010db8000000000000000000000009 20010db8000000000000000000000001 dc04 024b';
  whole(hex(`${SIGNATURE} 21 21 0024 ${ipv6}`), '2001:db8::9');
  const mapped = '00000000000000000000ffffc0000207 00000000000000000000ffffc0000208 dc04 024b';
  whole(hex(`${SIGNATURE} 21 21 0024 ${mapped}`), '192.0.2.7');
});

test('version 2: a proxy that speaks for itself, or for what is no TCP over IP, is taken at its own address', () => {
  whole(hex(`${SIGNATURE} 20 00 0000`), null);
  whole(hex(`${SIGNATURE} 20 11 000c cb007109 c0000202 dc04 024b`), null);
  whole(hex(`${SIGNATURE} 21 00 0003 010203`), null);
  whole(hex(`${SIGNATURE} 21 12 000c cb007109 c0000202 dc04 024b`), null);
  whole(hex(`${SIGNATURE} 21 31 00d8 ${'2f'.repeat(216)}`), null);
});

test('version 2: other versions, commands, families, short addresses and endless headers are refused', () => {
  for (const [why, rest] of [
    ['version 1', '11 11 000c'],
    ['version 3', '31 11 000c'],
    ['command', '22 11 000c'],
    ['family', '21 41 000c'],
    ['transport', '21 13 000c'],
    ['too short for IPv4', '21 11 000b'],
    ['too short for IPv6', '21 21 000c'],
  ] as const) {
    assert.equal(readProxyHeader(hex(`${SIGNATURE} ${rest} ${'00'.repeat(64)}`)).kind, 'bad', why);
  }
  const of = (length: number) => hex(`${SIGNATURE} 21 11 ${length.toString(16).padStart(4, '0')}`);
  assert.equal(readProxyHeader(of(MAX_HEADER_BYTES - 16)).kind, 'more');
  assert.equal(readProxyHeader(of(MAX_HEADER_BYTES - 15)).kind, 'bad', 'refused before it has come');
  assert.equal(readProxyHeader(hex('0d0a0d0a000d0a515549540d 2111')).kind, 'bad', 'another signature');
});
