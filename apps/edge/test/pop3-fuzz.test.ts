import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { Door } from '@hikyaku/core';
import { createLogger } from '@hikyaku/telemetry';
import fc from 'fast-check';
import { Pop3Connection } from '../src/pop3/pop3-connection.ts';
import type { Pop3Services } from '../src/pop3/pop3-services.ts';
import { SessionLog } from '../src/sessions/session-log.ts';

/** The client's side of a wire that ends when it has said all. */
class Wire extends Duplex {
  said = '';
  setTimeout(): this {
    return this;
  }
  override _read(): void {}
  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.said += bytes.toString('latin1');
    done();
  }
}

const door: Door = { name: 'pop3', protocol: 'pop3', port: 110, tls: 'starttls', isLegacy: false };
/** Nobody has a credential here, and nobody waits. */
const services = {
  logger: createLogger({ name: 'test', level: 'silent' }),
  idleMs: 1000,
  strangerMs: 1000,
  clock: { now: () => 5, sleep: async () => {} },
  authenticator: { check: async () => null, allowsPlain: async () => true },
  authDelay: { fail: () => 0, succeed: () => {} },
  policies: { find: () => undefined },
  metrics: { authFailed: () => {} },
  explainLogin: () => ({
    owner: null,
    username: null,
    refusal: 'unknown_user',
    oddities: [],
    stranger: { refusal: 'unknown_user', typedName: null },
  }),
  onClientHello: () => {},
  popLogins: { note: () => assert.fail('nobody can sign in') },
} as unknown as Pop3Services;

/** All that is answered to the bytes, cut into chunks, and how often its place was given back. */
async function hear(bytes: Buffer, cuts: readonly number[]): Promise<string> {
  const wire = new Wire();
  let released = 0;
  const connection = new Pop3Connection({
    door,
    socket: wire as unknown as Socket,
    services,
    log: new SessionLog(door, '192.0.2.1', () => 5, { step: () => {} }),
    place: { since: 5, sendAway: () => {}, signIn: () => true, release: () => released++ },
    context: () => undefined,
    onGone: () => {},
  });
  connection.begin();
  const closed = new Promise((resolve) => wire.once('close', resolve));
  const edges = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const edge of [...edges, bytes.length]) {
    if (edge > from) wire.push(bytes.subarray(from, edge));
    from = edge;
    await new Promise((resolve) => setImmediate(resolve));
  }
  wire.push(null);
  await closed;
  assert.ok(released > 0, 'its place is given back');
  return wire.said;
}

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    ...['\r\n', '\n', '\r', '\0', ' ', 'USER cam22222\r\n', 'PASS x\r\n', 'USER ', 'PASS ', 'CAPA\r\n', 'STLS\r\n'],
    ...[
      'STLS x\r\n',
      'APOP a b\r\n',
      'AUTH PLAIN\r\n',
      'NOOP\n',
      'QUIT\r\n',
      'x'.repeat(300),
      'LIST 1\r\n',
      '\x16\x03\x01',
    ],
  ),
);
const wire = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

test('whatever is sent to a POP3 door, and however it is cut, gets the same answers, each a line of its own; nothing hangs, nothing throws, nobody is in', async () => {
  await fc.assert(
    fc.asyncProperty(wire, fc.array(fc.nat(400), { maxLength: 12 }), async (bytes, cuts) => {
      const whole = await hear(bytes, []);
      assert.match(whole, /^([ -~]*\r\n)+$|^$/);
      assert.equal(await hear(bytes, cuts), whole);
    }),
    { numRuns: 500 },
  );
});
