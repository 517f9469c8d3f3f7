import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { addressClass } from '../src/dialler/address-class.ts';
import { createDialler, type DialRules } from '../src/dialler/dialler.ts';

let server: Server;
let port: number;
let taken = 0;
before(async () => {
  server = createServer((socket) => {
    taken += 1;
    socket.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as { port: number }).port;
});
after(() => server.close());

const signal = () => AbortSignal.timeout(20_000);
const dialler = (rules: Partial<DialRules> = {}) =>
  createDialler({ reach: 'public', ownHost: 'relay.invalid', ownPorts: [], resolve: async () => [], ...rules });
const refusal = (code: string) => (error: unknown) => error instanceof RelayError && error.code === code;

const CLASSES: [string, string[]][] = [
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1', 'fec0::1']],
  ['link_local', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0']],
  ['shared', ['100.64.0.1', '100.127.255.255']],
  ['multicast', ['224.0.0.1', '239.1.2.3', 'ff02::1']],
  [
    'reserved',
    ['0.0.0.0', '0.1.2.3', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.9']
      .concat(['240.0.0.1', '255.255.255.255', '192.88.99.1', '::', '2001:db8::1', '2001:20::1', '3fff::1', '4000::1'])
      .concat(['100::1', '5f00::1', 'nonsense', '127.1', '0x7f.0.0.1', '2130706433', '']),
  ],
  [
    'embedded',
    [
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '::ffff:0:10.0.0.1',
      '64:ff9b::7f00:1',
    ].concat(['64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::1']),
  ],
  [
    'public',
    ['8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2400:cb00::1'],
  ],
];

for (const [kind, addresses] of CLASSES) {
  test(`${kind} addresses are known as such, and ${kind === 'public' ? 'may be' : 'are not'} dialled for a tenant`, async () => {
    for (const address of addresses) {
      assert.equal(addressClass(address), kind, address);
      if (kind === 'public') continue;
      const named = dialler({ resolve: async () => [address] });
      await assert.rejects(named.dial('mail.example', 587, signal()), refusal('smtp.host_refused'), address);
    }
  });
}

test('an address written out is checked as a name’s is', async () => {
  for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', '[::ffff:10.0.0.1]'])
    await assert.rejects(dialler().dial(host, 587, signal()), refusal('smtp.host_refused'), host);
});

test('the addresses of this machine are refused, whatever their class', async () => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  assert.ok(own.length > 0);
  for (const { address } of own)
    await assert.rejects(dialler({ resolve: async () => [address] }).dial('a.example', 587, signal()), RelayError);
});

test('a public address that our own name has is our door, at each port of SMTP', async () => {
  const ours = dialler({ resolve: async () => ['8.8.4.4'] });
  for (const at of [25, 465, 587, 2525])
    await assert.rejects(ours.dial('alias.example', at, signal()), refusal('smtp.own_door'));
});

test('the ports of mail alone are dialled', async () => {
  for (const at of [22, 80, 443, 2526, 5432, 6379])
    await assert.rejects(dialler().dial('8.8.8.8', at, signal()), refusal('smtp.port_refused'));
});

test('a name is resolved once, and the address that was checked is the one that is dialled', async () => {
  const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.3']];
  let asked = 0;
  const changing = dialler({
    reach: 'any',
    resolve: async (host) => (host === 'rebind.example' ? (answers[asked++] ?? []) : []),
  });
  const { socket, address, isPublic } = await changing.dial('rebind.example', port, signal());
  const { remoteAddress } = socket;
  socket.destroy();
  assert.deepEqual([address, remoteAddress, isPublic, asked], ['127.0.0.1', '127.0.0.1', false, 1]);
});

test('an answer that is public at first and private afterwards opens nothing here', async () => {
  const before = taken;
  const turns = [['203.0.113.1'], ['127.0.0.1']];
  const rebinding = dialler({ resolve: async (host) => (host === 'rebind.example' ? (turns.shift() ?? []) : []) });
  for (let tries = 0; tries < 2; tries++)
    await assert.rejects(rebinding.dial('rebind.example', 587, signal()), refusal('smtp.host_refused'));
  assert.equal(taken, before);
});

test('where private upstreams are allowed our own doors are not', async () => {
  const free = dialler({ reach: 'any', ownPorts: [port] });
  await assert.rejects(free.dial('127.0.0.1', port, signal()), refusal('smtp.own_door'));
  const { socket } = await dialler({ reach: 'any' }).dial('127.0.0.1', port, signal());
  socket.destroy();
});

test('in sandbox mode loopback alone is dialled', async () => {
  const local = dialler({ reach: 'this-machine' });
  for (const host of ['8.8.8.8', '10.0.0.1'])
    await assert.rejects(local.dial(host, 587, signal()), refusal('smtp.host_refused'));
  (await local.dial('127.0.0.1', port, signal())).socket.destroy();
});

test('unknown names, silent resolvers and closed ports are told apart', async () => {
  const failing = (code: string) =>
    dialler({ resolve: async () => Promise.reject(Object.assign(new Error(code), { code })) });
  await assert.rejects(failing('ENOTFOUND').dial('a.example', 587, signal()), refusal('smtp.host_unknown'));
  await assert.rejects(failing('EAI_AGAIN').dial('a.example', 587, signal()), refusal('smtp.unreachable'));
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const at = (closed.address() as { port: number }).port;
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(dialler({ reach: 'any' }).dial('127.0.0.1', at, signal()), refusal('smtp.unreachable'));
  const hanging = dialler({ resolve: () => new Promise(() => {}) });
  await assert.rejects(hanging.dial('a.example', 587, AbortSignal.timeout(50)), refusal('smtp.unreachable'));
});
