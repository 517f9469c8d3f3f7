import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { mock, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import type { Door } from '@hikyaku/core';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import { ListeningDoor } from '../src/doors/listening-door.ts';
import { TlsSpeakers } from '../src/doors/tls-speakers.ts';
import { ConnectionPlaces } from '../src/limits/connection-places.ts';
import { createEdgeMetrics } from '../src/metrics.ts';
import { Pop3Server } from '../src/pop3/pop3-server.ts';
import type { Pop3Services } from '../src/pop3/pop3-services.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';
import { SessionLog } from '../src/sessions/session-log.ts';

const door: Door = { name: 'pop3s', protocol: 'pop3', port: 0, tls: 'implicit', isLegacy: true };
const LEAVING = 500;

/** A POP3 door behind TLS, that listens on loopback. */
async function listenAt(): Promise<{ port: number; door: ListeningDoor }> {
  const facts = new SharedFacts(null, () => 0);
  const sources = { connections: () => 0, journals: () => [], snapshotAgeMs: () => 0, isSnapshotSaved: () => true };
  const listening = new ListeningDoor(door, {
    dialogue: new Pop3Server(door, {} as Pop3Services),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createEdgeMetrics(createMetrics('test'), sources),
    places: new ConnectionPlaces(
      { all: 10_000, perAddress: 10_000, perTenant: 10_000, strangersPerSecond: 10_000 },
      Date.now,
      facts,
    ),
    record: (at, address) => new SessionLog(at, address, Date.now, { step() {} }),
    tlsSpeakers: new TlsSpeakers(Date.now, facts),
    context: () => ({ context: createSecureContext(), chain: '' }),
    plainPort: () => 110,
    isProxy: () => false,
  });
  return { port: await listening.listen({ port: 0, host: '127.0.0.1' }), door: listening };
}

const clients: Socket[] = [];

/** Speaks plainly where TLS comes first, and never ends its side; resolves to the first that it hears, empty where it is cut without a word. */
function speakPlainly(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  socket.on('error', () => {}).write('CAPA\r\n');
  return new Promise((resolve) => {
    socket.once('data', (bytes) => resolve(String(bytes)));
    socket.once('end', () => resolve('')).once('close', () => resolve(''));
  });
}

test('five hundred clients of a POP3 door are told at once why they are sent away, further ones nothing; when those are cut, the next is told again', async () => {
  // Nobody is cut before the test says so, however slow the machine is.
  mock.timers.enable({ apis: ['setTimeout'] });
  const { port, door: listening } = await listenAt();
  try {
    const words = await Promise.all(Array.from({ length: LEAVING }, () => speakPlainly(port)));
    assert.deepEqual(new Set(words), new Set(['-ERR this port starts with TLS; use 110\r\n']));
    for (let count = 0; count < 5; count++) assert.equal(await speakPlainly(port), '');
    mock.timers.tick(3000);
    assert.match(await speakPlainly(port), /^-ERR this port/);
    mock.timers.tick(3000);
  } finally {
    for (const socket of clients) socket.destroy();
    listening.stopListening();
    mock.timers.reset();
  }
});
