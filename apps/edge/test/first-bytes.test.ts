import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { isClientHello, peek } from '../src/doors/first-bytes.ts';

/** The accepted end of a connection, and its client. */
async function connected(): Promise<{ accepted: Socket; client: Socket; end(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepting = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  await once(client, 'connect');
  const [accepted] = await accepting;
  const end = () => {
    client.destroy();
    accepted.destroy();
    server.close();
  };
  return { accepted, client, end };
}

test('a client that spoke in time is heard, though the process was busy until the time was over', async () => {
  for (const [bytes, expected] of [
    [Buffer.from([0x16, 3, 1]), 'tls'],
    [Buffer.from('EHLO x'), 'plain'],
    [null, 'silent'],
  ] as const) {
    const { accepted, client, end } = await connected();
    try {
      const first = peek(accepted, 5);
      if (bytes) client.write(bytes);
      for (const until = Date.now() + 20; Date.now() < until; );
      assert.equal(await first, expected);
      if (bytes) assert.deepEqual(accepted.read(), bytes);
    } finally {
      end();
    }
  }
});

test('a ClientHello is known in both forms, and by nothing that a mail program begins with', () => {
  for (const hex of ['1603010200010001fc0303', '8038010301000f00000020', '802e0100020015', '16'])
    assert.equal(isClientHello(Buffer.from(hex, 'hex')), true, hex);
  for (const text of ['EHLO x\r\n', '\ufeffEHLO x\r\n', '玄関'])
    assert.equal(isClientHello(Buffer.from(text)), false, text);
  // Telnet's options, and bytes of a name in Shift_JIS.
  for (const hex of ['fffb1ffffb20', 'fffb01fffb03', '8ca88ad6'])
    assert.equal(isClientHello(Buffer.from(hex, 'hex')), false, hex);
  for (const hex of ['', '80', '8038', '803801']) assert.equal(isClientHello(Buffer.from(hex, 'hex')), null, hex);
});

test('a ClientHello that comes byte by byte is one all the same, and too few bytes of one are none when the time is over', async () => {
  const { accepted, client, end } = await connected();
  try {
    client.setNoDelay();
    const first = peek(accepted, 10_000);
    for (const byte of [0x80, 0x2e, 1, 3]) {
      client.write(Buffer.of(byte));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(await first, 'tls');
  } finally {
    end();
  }
  const slow = await connected();
  try {
    const first = peek(slow.accepted, 30);
    slow.client.write(Buffer.of(0x80, 0x2e));
    assert.equal(await first, 'plain');
    assert.deepEqual(slow.accepted.read(), Buffer.of(0x80, 0x2e));
  } finally {
    slow.end();
  }
});
